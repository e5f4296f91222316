"""What the largest and smallest meaningful quantities are: fields refuse what lies beyond, so that whatever is accepted runs.

Each limit is far beyond what freight needs, and so close that sums and products of what is allowed stay within 64 bits.
"""

from __future__ import annotations

from sim.units import DAY_S, HOUR_S, MINUTE_S, YEAR_S

LONGEST_S = 50 * YEAR_S
"""Longest duration: two and a half of the longest periods, below 2**31 s, the most that a row of the log holds."""
LENGTH_MAX_M = 50_000_000
"""Longest leg: once around the earth is 40,075 km."""
SIZE_MAX_TEU = 1_000_000
"""Largest vehicle or consignment: forty of the largest container ships."""
TRAINS_MAX, TRAINS_MIN = float(DAY_S), 0.001
"""Most and fewest trains a day that a gate passes: one a second (headways are whole seconds), one in three years."""
SPEED_MAX, SPEED_MIN = 20_000.0, 1.0
"""Fastest and slowest mean progress, km/day: an aeroplane's, and below a walker's by a factor of fifty."""
EVENTS_A_DAY_MAX = 24
"""Random disruptions of one kind a day: what comes more often than every hour is a slower handling time."""
FACTOR_MAX = 100.0
"""Largest factor on what is normal."""
PRICE_MAX = 10_000_000.0
"""Dearest price, USD/FEU: what the dearest goods in a container are worth."""
TARIFF_MAX = 1_000.0
"""Dearest tariff, USD/FEU-km."""
TIME_VALUE_MAX = 10_000.0
"""Dearest day, USD/FEU-day."""
MASS_MAX = 1_000.0
"""Heaviest cargo, t/FEU: thirty times what an FEU carries."""
EMISSION_MAX = 100_000.0
"""Highest emission factor, g/t-km: two hundred times an aeroplane's."""
INTERVAL_MIN_S = MINUTE_S
"""Shortest interval of a timetable."""
BULLETIN_MIN_S = HOUR_S
"""Shortest time between bulletins of waits."""
RECOVERY_STEPS_MAX = 1_000
PATHS_LEFT_MIN = 0.001
"""Fewest trains a day that background trains must leave of a gate's capacity."""
STAGE_MAX = 1_000
"""How many times its capacity of now a gate may have had before an opening, at most."""
THINGS_MAX = 8_000
"""Most facilities, legs, services, chains, fleets or policies: the log numbers them in 16 bits, and a place has several gates."""
AVOIDED_MAX = 40
"""Most policies by which shippers avoid a territory: who avoids what is told in the bits of one number."""
TITLE_MAX = 200
"""Longest title or name, in characters."""
UNLIKELY_SIGMAS = 3.719016485455709
"""Standard normal quantile at 99.99 %: one draw in ten thousand lies beyond."""
CONSIGNMENTS_MAX = 10_000_000
"""Most consignments of a replication: 40 GB of memory on chains of several services (see `size`)."""
OVER_RUN_MAX = 100_000_000_000
"""Most consignments over all replications: at 20 microseconds each, three weeks on one core."""
DEPARTURES_MAX = 20_000_000
"""Most departures of a replication, by timetables and of trains as full as they must be; and most background trains."""
EVENTS_MAX = 200_000
"""Most random disruptions or storms of one kind in a replication."""
OVERLAPS_MAX = 5_000_000
"""Most disruptions, each counted with those that it meets, of one kind in a replication: about ten seconds to unroll."""
NOTICES_MAX = 100_000
"""Most announced closures of places by one disruption in a replication: every decision looks through them."""
