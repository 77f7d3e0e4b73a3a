using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Values of closed labels. A value outside its list would never be zero-initialised nor alerted on.</summary>
internal static class Known
{
    public static ImmutableArray<string> CertificateUsages { get; } = ["node", "cluster_ca"];

    /// <summary>Of plugins and backends alike.</summary>
    public static ImmutableArray<string> PluginStates { get; } = All<PluginState>(Of);

    public static ImmutableArray<string> CopyStates { get; } = All<CopyState>(Of);

    public static ImmutableArray<string> HealthLevels { get; } = All<HealthLevel>(Of);

    /// <summary>crash = an exception came out of it; hang = it neither answered nor stopped.</summary>
    public static ImmutableArray<string> Misbehaviours { get; } = ["crash", "hang"];

    /// <summary>What a backend is asked to do, whatever its kind; see <see cref="OperationClass"/>.</summary>
    public static ImmutableArray<string> Operations { get; } =
    [
        "read", "create", "expand", "delete", "snapshot", "prune", "rollback", "clone", "anchor", "send", "receive", "promote",
        "demote", "watch", "other",
    ];

    /// <summary>Of what there is to be a reserve for the loss of a node.</summary>
    public static ImmutableArray<string> Resources { get; } = [ReserveLine.Memory, ReserveLine.Processors];

    /// <summary>The ways of a drill, in order.</summary>
    public static ImmutableArray<string> DrillWays { get; } = ["there", "back"];

    /// <summary>What a pool may be busy with; other words of a backend are "other".</summary>
    public static ImmutableArray<string> Scans { get; } = ["scrub", "resilver", "resync", "rebalance", "recovery", "other"];

    public static ImmutableArray<string> LeaseStates { get; } = Words<LeaseStanding>();

    public static ImmutableArray<string> ServiceStates { get; } = Words<ServicePhase>();

    public static ImmutableArray<string> MemberStates { get; } = Words<NodeStanding>();

    public static ImmutableArray<string> Generations { get; } = ["0", "1", "2"];

    public static string Of(PluginState state) => state switch
    {
        PluginState.Discovered => "discovered",
        PluginState.Verified => "verified",
        PluginState.Starting => "starting",
        PluginState.Ready => "ready",
        PluginState.Degraded => "degraded",
        PluginState.Stopping => "stopping",
        PluginState.Stopped => "stopped",
        PluginState.Quarantined => "quarantined",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no label value"),
    };

    public static string Of(CopyState state) => state switch
    {
        CopyState.Unknown => "unknown",
        CopyState.InSync => "in_sync",
        CopyState.Resyncing => "resyncing",
        CopyState.Outdated => "outdated",
        CopyState.Inconsistent => "inconsistent",
        CopyState.Diverged => "diverged",
        CopyState.Absent => "absent",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no label value"),
    };

    public static string Of(HealthLevel level) => level switch
    {
        HealthLevel.Unknown => "unknown",
        HealthLevel.Ok => "ok",
        HealthLevel.Degraded => "degraded",
        HealthLevel.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "no label value"),
    };

    /// <summary>What a pool is busy with, as one of <see cref="Scans"/>.</summary>
    public static string Scan(PoolActivity activity)
    {
        var word = activity.Kind.ToLowerInvariant();
        return Scans.Contains(word) ? word : "other";
    }

    private static ImmutableArray<string> Words<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.ToString().ToLowerInvariant())];

    private static ImmutableArray<string> All<T>(Func<T, string> name)
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(name)];
}
