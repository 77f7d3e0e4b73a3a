namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Times as metrics carry them.</summary>
internal static class UnixTime
{
    private const double Milliseconds = 1000;

    /// <summary>Seconds since 1970 to the millisecond; null for null.</summary>
    public static double? Of(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / Milliseconds;
}
