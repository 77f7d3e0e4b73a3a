using System.Globalization;

namespace NodeAgent.Linux.Systemd;

/// <summary>How long systemd waits for a sign of life.</summary>
public static class WatchdogInterval
{
    /// <summary>From WATCHDOG_USEC, if WATCHDOG_PID means this process; null if systemd does not watch.</summary>
    public static TimeSpan? FromEnvironment() => Parse(
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
        Environment.GetEnvironmentVariable("WATCHDOG_PID"),
        Environment.ProcessId);

    /// <summary>The interval; null if there is none or it is not meant for this process.</summary>
    public static TimeSpan? Parse(string? microseconds, string? pid, int ownPid)
    {
        if (pid is { Length: > 0 } && pid != ownPid.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        return long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and <= long.MaxValue / TimeSpan.TicksPerMicrosecond
            ? TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond)
            : null;
    }
}
