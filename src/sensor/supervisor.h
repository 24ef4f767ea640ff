// The sensor's own process: a child of the traced program that no wait() of it sees.
#pragma once

#include "sensor/observer.h"

namespace whittle::sensor {

// Answers the notifications of a listener until all its programs have ended. Returns an exit code.
int supervise_notifications(int listener, Observer& observer);

}  // namespace whittle::sensor
