// The code on a slip carries number and code behind the mark #, which stays in
// this browser. They go into the form, and out of the address and the history.
(function () {
  var found = /^#([0-9-]{18,30})\.([0-9a-z]{8})$/.exec(location.hash), form = document.forms[0];
  if (!form || !found) return;
  form.number.value = found[1];
  form.secret.value = found[2];
  history.replaceState(null, "", location.pathname);
  form.submit();
})();
