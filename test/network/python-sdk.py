"""The atproto SDK for Python as its documentation shows it: logs in, posts, uploads, lists, follows the firehose."""

import json
import sys
import threading

from atproto import CAR, Client, FirehoseSubscribeReposClient, models, parse_subscribe_repos_message

service, relay, handle, password = sys.argv[1:]
png = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6364f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)

client = Client(base_url=service)
me = client.login(handle, password)

seen = []
posted = threading.Event()
firehose = FirehoseSubscribeReposClient(base_uri=relay.replace("http", "ws") + "/xrpc")


def on_message(message):
    commit = parse_subscribe_repos_message(message)
    if not isinstance(commit, models.ComAtprotoSyncSubscribeRepos.Commit) or commit.repo != me.did:
        return
    blocks = CAR.from_bytes(commit.blocks).blocks
    for op in commit.ops:
        record = blocks.get(op.cid) if op.cid else None
        seen.append([op.action, op.path.split("/")[0], record.get("text") if record else None])
    if any(text == "the last" for _, _, text in seen):
        posted.set()
        firehose.stop()


thread = threading.Thread(target=firehose.start, args=(on_message,), daemon=True)
thread.start()

post = client.send_post("from Python")
picture = client.send_image("with a picture", image=png, image_alt="a pixel")
blob = client.upload_blob(png).blob
client.like(post.uri, post.cid)
client.delete_post(post.uri)
page = client.com.atproto.repo.list_records(
    models.ComAtprotoRepoListRecords.Params(repo=me.did, collection="app.bsky.feed.post", limit=10)
)
blobs = client.com.atproto.sync.list_blobs(models.ComAtprotoSyncListBlobs.Params(did=me.did)).cids
got = client.com.atproto.sync.get_blob(models.ComAtprotoSyncGetBlob.Params(did=me.did, cid=blobs[0]))
car = CAR.from_bytes(client.com.atproto.sync.get_repo(models.ComAtprotoSyncGetRepo.Params(did=me.did)))
session = Client(base_url=service)
session.login(session_string=client.export_session_string())
client.send_post("the last")
posted.wait(20)
print(
    json.dumps(
        {
            "handle": me.handle,
            "resumed": session.me.did == me.did,
            "texts": [record.value.text for record in page.records],
            "blobs": len(blobs),
            "sameBytes": got == png,
            "type": blob.mime_type,
            "root": str(car.root) != "",
            "seen": seen,
        }
    )
)
