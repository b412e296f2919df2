// The elements of the pages for our own people.
import "./x-live.js";
