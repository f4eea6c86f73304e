/** Sends the form that goes on to an app, as soon as its page is there. */
document.querySelector<HTMLFormElement>('[data-send-on]')?.submit()
