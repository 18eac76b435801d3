// A large page keeps the data of its figures and its lists of evidence here: each is put in its
// place, before the script that looks for it runs.
const fill = (number) => document.currentScript.insertAdjacentHTML("beforebegin", parts[number]);
