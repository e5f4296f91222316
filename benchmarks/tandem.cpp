// The shared model of benchmarks/tandem.py as a program of its own: an event heap and queues.
// Reads whole numbers from a file: trains, stations, repeats; servers; releases; handling; travel. Prints, for the
// fastest repeat, seconds and train-seconds in the line. With the name of a second file it also keeps Landbridge's
// log of every event, and leaves it there, byte for byte.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <queue>
#include <vector>

using Whole = std::int64_t;

struct Event {
    Whole time_s;
    Whole entity;  // what happens, then the number of the train: its handling ends, it comes to a station, it is released
    bool operator>(const Event& other) const {
        return time_s != other.time_s ? time_s > other.time_s : entity > other.entity;
    }
};
enum Happens { ends, comes, begins };
static Whole entity(Happens what, Whole train) { return (static_cast<Whole>(what) << 40) | train; }

struct Line {
    Whole trains, stations;
    std::vector<Whole> servers, release_s, handling_s, travel_s;
};

// A row of the log (sim/contract/log.py) and the numbers in it (sim/contract/tables.py).
struct Row {
    std::int32_t time_s, consignment, trip, span_s;
    std::int16_t place, policy;
    std::int8_t kind, place_kind;
    std::int16_t cause;
};
static_assert(sizeof(Row) == 24, "as long as Landbridge's");
enum Kind { released = 0, waited = 2, boarded = 3, departed = 4, started = 6, finished = 7, arrived = 8, unloaded = 12, delivered = 13, freed = 14 };
enum Place { chain = 1, service = 2, station_place = 4, leg = 5, fleet = 6 };
enum Cause { none = -1, running = 0, terminal = 4, crane = 9 };

template <bool telling>
static Whole simulate(const Line& line, std::vector<Row>& log) {
    std::priority_queue<Event, std::vector<Event>, std::greater<Event>> events;
    std::vector<std::deque<Whole>> waiting(line.stations);
    std::vector<Whole> busy(line.stations), station(line.trains), since_s(telling ? line.trains : 0);
    Whole total_s = 0, now_s = 0;
    auto tell = [&](Kind kind, Whole consignment, Whole trip, Place place_kind, Whole place, Cause cause, Whole span_s) {
        if constexpr (telling)
            log.push_back({static_cast<std::int32_t>(now_s), static_cast<std::int32_t>(consignment),
                           static_cast<std::int32_t>(trip), static_cast<std::int32_t>(span_s),
                           static_cast<std::int16_t>(place), -1, static_cast<std::int8_t>(kind),
                           static_cast<std::int8_t>(place_kind), static_cast<std::int16_t>(cause)});
    };
    auto start = [&](Whole n, Whole k) {
        if constexpr (telling) {
            if (now_s > since_s[n]) tell(waited, -1, n, station_place, k, crane, now_s - since_s[n]);
            since_s[n] = now_s;
        }
        tell(started, -1, n, station_place, k, none, 0);
        events.push({now_s + line.handling_s[n * line.stations + k], entity(ends, n)});
    };
    if (line.trains > 0) events.push({line.release_s[0], entity(begins, 0)});
    while (!events.empty()) {
        const Event event = events.top();
        events.pop();
        now_s = event.time_s;
        const Whole happens = event.entity >> 40, n = event.entity & ((Whole{1} << 40) - 1), k = station[n];
        if (happens == ends) {
            if constexpr (telling) {
                tell(finished, -1, n, station_place, k, terminal, now_s - since_s[n]);
                since_s[n] = now_s;
            }
            if (waiting[k].empty()) {
                --busy[k];
            } else {
                start(waiting[k].front(), k);
                waiting[k].pop_front();
            }
            ++station[n];
            events.push({now_s + line.travel_s[n * line.stations + k], entity(comes, n)});
            continue;
        }
        if (happens == begins) {
            if (n + 1 < line.trains) events.push({line.release_s[n + 1], entity(begins, n + 1)});
            tell(released, n, -1, chain, 0, none, 0);
            tell(boarded, n, n, service, 0, none, 0);
            tell(departed, -1, n, service, 0, none, 0);
        } else {
            if constexpr (telling) tell(arrived, -1, n, leg, k - 1, running, now_s - since_s[n]);
        }
        if (k == line.stations) {
            total_s += now_s - line.release_s[n];
            tell(unloaded, n, n, service, 0, none, 0);
            tell(delivered, n, -1, chain, 0, none, 0);
            tell(freed, -1, n, fleet, 0, none, 0);
            continue;
        }
        if constexpr (telling) since_s[n] = now_s;
        if (busy[k] < line.servers[k]) {
            ++busy[k];
            start(n, k);
        } else {
            waiting[k].push_back(n);
        }
    }
    return total_s;
}

static bool read(std::FILE* file, std::vector<Whole>& values, Whole n) {
    values.resize(n);
    return std::fread(values.data(), sizeof(Whole), n, file) == static_cast<std::size_t>(n);
}

int main(int count, char** words) {
    std::FILE* file = std::fopen(words[1], "rb");
    std::vector<Whole> head;
    Line line;
    if (!file || !read(file, head, 3)) return 1;
    line.trains = head[0];
    line.stations = head[1];
    const Whole stages = line.trains * line.stations;
    if (!read(file, line.servers, line.stations) || !read(file, line.release_s, line.trains) ||
        !read(file, line.handling_s, stages) || !read(file, line.travel_s, stages))
        return 1;
    double least_s = 1e300;
    Whole total_s = 0;
    for (Whole i = 0; i < head[2]; ++i) {
        std::vector<Row> log;
        const auto begun = std::chrono::steady_clock::now();
        if (count > 2) {
            log.reserve(4 * stages + 6 * line.trains);
            total_s = simulate<true>(line, log);
        } else {
            total_s = simulate<false>(line, log);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        if (took.count() < least_s) least_s = took.count();
        if (count > 2 && i + 1 == head[2]) {
            std::FILE* out = std::fopen(words[2], "wb");
            if (!out || std::fwrite(log.data(), sizeof(Row), log.size(), out) != log.size() || std::fclose(out)) return 1;
        }
    }
    std::printf("%.9f %lld\n", least_s, static_cast<long long>(total_s));
}
