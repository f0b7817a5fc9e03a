// Only an addition: without it the list, the PIN code and the map say where it is.
"use strict";
(function () {
  const button = document.querySelector("[data-place]");
  if (!button || !navigator.geolocation) return;
  const said = document.querySelector("[data-place-said]");
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.geolocation.getCurrentPosition(
      function (place) {
        document.getElementById("id_latitude").value = place.coords.latitude.toFixed(6);
        document.getElementById("id_longitude").value = place.coords.longitude.toFixed(6);
        said.textContent = said.dataset.done;
      },
      function () { said.textContent = said.dataset.failed; },
      { enableHighAccuracy: true, timeout: 15000 }
    );
  });
})();
