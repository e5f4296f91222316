// The shared model of benchmarks/tandem.py as a program of its own: an event heap, queues, and nothing told.
// Reads whole numbers from a file: trains, stations, repeats; servers; releases; handling; travel. Prints, for the
// fastest repeat, seconds and train-seconds in the line.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <queue>
#include <vector>

using Whole = std::int64_t;

struct Event {
    Whole time_s;
    Whole entity;  // even: the train's handling ends; odd: the train comes to its next station
    bool operator>(const Event& other) const {
        return time_s != other.time_s ? time_s > other.time_s : entity > other.entity;
    }
};

struct Line {
    Whole trains, stations;
    std::vector<Whole> servers, release_s, handling_s, travel_s;
};

static Whole simulate(const Line& line) {
    std::priority_queue<Event, std::vector<Event>, std::greater<Event>> events;
    std::vector<std::deque<Whole>> waiting(line.stations);
    std::vector<Whole> busy(line.stations), station(line.trains);
    Whole total_s = 0, next = 0;
    auto start = [&](Whole n, Whole k, Whole now_s) {
        events.push({now_s + line.handling_s[n * line.stations + k], 2 * n});
    };
    if (line.trains > 0) events.push({line.release_s[0], 1});
    while (!events.empty()) {
        const Event event = events.top();
        events.pop();
        const Whole n = event.entity / 2, k = station[n];
        if (event.entity % 2) {
            if (k == 0 && n == next && ++next < line.trains) events.push({line.release_s[next], 2 * next + 1});
            if (k == line.stations) {
                total_s += event.time_s - line.release_s[n];
            } else if (busy[k] < line.servers[k]) {
                ++busy[k];
                start(n, k, event.time_s);
            } else {
                waiting[k].push_back(n);
            }
            continue;
        }
        if (waiting[k].empty()) {
            --busy[k];
        } else {
            start(waiting[k].front(), k, event.time_s);
            waiting[k].pop_front();
        }
        ++station[n];
        events.push({event.time_s + line.travel_s[n * line.stations + k], 2 * n + 1});
    }
    return total_s;
}

static bool read(std::FILE* file, std::vector<Whole>& values, Whole n) {
    values.resize(n);
    return std::fread(values.data(), sizeof(Whole), n, file) == static_cast<std::size_t>(n);
}

int main(int, char** words) {
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
        const auto begun = std::chrono::steady_clock::now();
        total_s = simulate(line);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        if (took.count() < least_s) least_s = took.count();
    }
    std::printf("%.9f %lld\n", least_s, static_cast<long long>(total_s));
}
