using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Values of closed labels. A value outside its list would never be zero-initialised nor alerted on.</summary>
internal static class Known
{
    public static ImmutableArray<string> CertificateUsages { get; } = ["node", "cluster_ca", "api"];

    /// <summary>refused = wrong contract version or bad manifest; failed = could not be loaded; the rest say it themselves.</summary>
    public static ImmutableArray<string> PluginStates { get; } =
        ["loading", "running", "stopped", "failed", "refused", "quarantined"];

    public static ImmutableArray<string> QuarantineReasons { get; } = ["crash", "hang", "fault", "operator"];

    /// <summary>What a backend is asked to do, whatever its kind.</summary>
    public static ImmutableArray<string> Operations { get; } =
    [
        "refresh", "create", "expand", "delete", "snapshot", "rollback", "clone", "send", "receive", "promote", "demote", "other",
    ];

    public static ImmutableArray<string> CopyStates { get; } =
        ["in_sync", "resyncing", "outdated", "inconsistent", "diverged", "unreachable", "unknown"];

    /// <summary>suspended = no I/O passes; unavailable = not imported or missing.</summary>
    public static ImmutableArray<string> PoolStates { get; } =
        ["online", "degraded", "faulted", "suspended", "unavailable", "removed", "unknown"];

    public static ImmutableArray<string> Scans { get; } = ["scrub", "resilver"];

    public static ImmutableArray<string> Generations { get; } = ["0", "1", "2"];
}
