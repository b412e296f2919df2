// A request that gives way to a newer one, or to the next page, has not failed. htmx writes an error into the console all the
// same; its logger is asked before, with the same detail. What really failed is written as sendError, and said by x-fault.

const GIVES_WAY = new Set(["htmx:sendAbort", "htmx:afterRequest"]);

if (window.htmx) {
  window.htmx.logger = (_element, name, detail) => {
    if (GIVES_WAY.has(name)) delete detail.error;
  };
}
