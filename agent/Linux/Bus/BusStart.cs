using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Bus;

/// <summary>How a connection begins, and how long it may sleep.</summary>
internal static unsafe class BusStart
{
    private const int Monotonic = 1;

    /// <summary>0 and a bus, or the errno.</summary>
    public static int Start(string address, out nint bus)
    {
        nint made = 0;
        var answer = LibSystemd.sd_bus_new(&made);
        bus = made;
        if (answer >= 0)
        {
            answer = LibSystemd.sd_bus_set_address(bus, address);
        }

        if (answer >= 0)
        {
            answer = LibSystemd.sd_bus_set_bus_client(bus, 1);
        }

        if (answer >= 0)
        {
            answer = LibSystemd.sd_bus_negotiate_fds(bus, 1);
        }

        if (answer >= 0)
        {
            answer = LibSystemd.sd_bus_start(bus);
        }

        return answer < 0 ? -answer : 0;
    }

    /// <summary>Milliseconds for poll until an instant of CLOCK_MONOTONIC, rounded up; -1 for ever.</summary>
    public static int MillisecondsUntil(ulong microseconds)
    {
        if (microseconds == ulong.MaxValue)
        {
            return -1;
        }

        var now = stackalloc long[2];
        _ = LibC.clock_gettime(Monotonic, now);
        var left = (long)microseconds - ((now[0] * 1_000_000) + (now[1] / 1000));
        return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, (left + 999) / 1000);
    }
}
