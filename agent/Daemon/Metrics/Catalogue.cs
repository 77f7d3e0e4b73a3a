using System.Collections.Immutable;
using static NodeAgent.Daemon.Metrics.Definitions;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Every metric the agent can expose, with the bound of its series. METRICS.md is made from this list.</summary>
internal static class Catalogue
{
    private static readonly ImmutableArray<double> LongOperations = [0.05, 0.25, 1, 5, 15, 60, 300, 1800];
    private static readonly ImmutableArray<double> Commands = [0.01, 0.05, 0.25, 1, 5, 15, 60];

    /// <summary>In exposition order.</summary>
    public static ImmutableArray<MetricDefinition> All { get; } =
    [
        .. AgentSection(),
        .. PluginsSection(),
        .. UnitsSection(),
        .. FailoverSection(),
        .. ReplicationSection(),
        .. UpkeepDefinitions.Section(),
        .. PeersSection(),
        .. PoolsSection(),
        .. StorageClusterDefinitions.Section(),
        .. StorageClusterDefinitions.Mirrors(),
        .. KeptSection(),
        .. DrillSection(),
        .. CommandsSection(),
        .. CollectionSection(),
        .. ProcessSection(),
    ];

    private static IEnumerable<MetricDefinition> AgentSection()
    {
        const string section = "Agent";
        yield return Info(
            section, MetricNames.BuildInfo,
            "Version of the running agent; contract is the plugin contract it offers.",
            "", 1, "version", "revision", "runtime", "contract");
        yield return Gauge(
            section, MetricNames.ClusterConfigHash,
            "First 48 bits of the SHA-256 of the cluster-wide configuration; nodes that differ have drifted.",
            "", 1);
        yield return Gauge(
            section, MetricNames.RestartRequired,
            "1 when the files on disk are newer than the running agent.",
            "", 1);
        yield return Gauge(
            section, MetricNames.CertificateExpiryTimestamp,
            "Unix time at which the certificate ends.",
            "seconds", 2, Closed("usage", Known.CertificateUsages));
        yield return Gauge(
            section, MetricNames.JournalPendingOperations,
            "Journaled operations that are not finished.",
            "", 16, "operation");
        yield return Gauge(
            section, MetricNames.JournalOldestProgressTimestamp,
            "Unix time since which the pending operation that is stuck longest has not got on; absent when none is pending.",
            "seconds", 1);
    }

    private static IEnumerable<MetricDefinition> PluginsSection()
    {
        const string section = "Plugins and backends";
        yield return Gauge(
            section, MetricNames.PluginState,
            "1 for the state the plugin is in, 0 for the others; verified = installed and not used by a backend.",
            "", 128, "plugin", Closed("state", Known.PluginStates));
        yield return Gauge(
            section, MetricNames.BackendState,
            "1 for the state the backend is in, 0 for the others; degraded = works and misbehaved lately.",
            "", 128, "backend", Closed("state", Known.PluginStates));
        yield return Gauge(
            section, MetricNames.BackendHealth,
            "1 for what the backend's last probe said of its storage, 0 for the others.",
            "", 64, "backend", Closed("state", Known.HealthLevels));
        yield return Counter(
            section, MetricNames.BackendRestarts,
            "Times a backend was started again after it was stopped or quarantined.",
            "", 16, "backend");
        yield return Counter(
            section, MetricNames.BackendQuarantines,
            "Times a backend was quarantined.",
            "", 16, "backend");
        yield return Counter(
            section, MetricNames.BackendMisbehaviour,
            "Calls in which the backend threw or hung; so many within 10 minutes bring quarantine.",
            "", 32, "backend", Closed("kind", Known.Misbehaviours));
        yield return Gauge(
            section, MetricNames.BackendLastRefreshTimestamp,
            "Unix time at which the backend's state was last read; all its other values are this old.",
            "seconds", 16, "backend");
        yield return Gauge(
            section, MetricNames.BackendHung,
            "How long the disks of a backend have answered nothing although something waits for them, or its pool has suspended all I/O; 0 while they answer.",
            "seconds", 16, "backend");
        yield return Counter(
            section, MetricNames.BackendOperationFailures,
            "Operations that ended with a fault or were refused; not those the agent itself called off.",
            "", 240, "backend", Closed("operation", Known.Operations));
        yield return Histogram(
            section, MetricNames.BackendOperationDuration,
            "Time that the plugin took for an operation, whatever its outcome.",
            "seconds", 240, LongOperations, "backend", Closed("operation", Known.Operations));
    }

    private static IEnumerable<MetricDefinition> UnitsSection()
    {
        const string section = "Units";
        yield return Gauge(
            section, MetricNames.UnitWriter,
            "1 when this node is the unit's writer. Every node that knows the unit reports it: the sum over nodes is at most 1.",
            "", 500, "unit");
        yield return Gauge(
            section, MetricNames.UnitEpoch,
            "Epoch of the unit's last known change of writer.",
            "", 500, "unit");
        yield return Gauge(
            section, MetricNames.UnitCopiesWanted,
            "Copies that the unit is to have, the writer's own included.",
            "", 500, "unit");
        yield return Gauge(
            section, MetricNames.CopyState,
            "1 for the state that the node's copy of the unit is in, 0 for the others; absent where this node cannot tell.",
            "", 10500, "unit", "node", Closed("state", Known.CopyStates));
        yield return Gauge(
            section, MetricNames.LossIfPromoted,
            "Seconds of acknowledged writes lost at most if the node became writer now; 0 only when proven; absent when unknown.",
            "seconds", 1500, "unit", "node");
        yield return Histogram(
            section, MetricNames.SwitchoverDuration,
            "Time without a writer in planned moves that this node began and that ended well.",
            "seconds", 1, LongOperations);
    }

    private static IEnumerable<MetricDefinition> FailoverSection()
    {
        const string section = "Failover";
        yield return Gauge(section, MetricNames.FailoverArmed,
            "1 while takeovers happen by themselves; absent where there is no cluster store, or it was never seen.",
            "", 1);
        yield return Gauge(section, MetricNames.LeaseState,
            "1 for the state of this node's lease, 0 for the others: held, frozen (not renewed, services stand still), demoting, idle (none).",
            "", 4, Closed("state", Known.LeaseStates));
        yield return Gauge(section, MetricNames.LeaseEndTimestamp,
            "Unix time at which this node's lease ends if it is not renewed; absent without one.",
            "seconds", 1);
        yield return Gauge(section, MetricNames.WatchdogAttested,
            "1 when this node's watchdog was read back, is trusted and is as fast as all count with; 0: the end of its lease proves nothing.",
            "", 1);
        yield return Gauge(section, MetricNames.WatchdogTimeout,
            "How long after its last feed the watchdog resets this node; absent when the guard does not answer.",
            "seconds", 1);
        yield return Gauge(section, MetricNames.GuardMostLate,
            "How late the guard was at most since it started.",
            "seconds", 1);
        yield return Counter(
            section, MetricNames.GuardFailedFeeds,
            "Feeds that the watchdog did not take.",
            "", 1);
        yield return Gauge(section, MetricNames.ServiceState,
            "1 for the state of the service as this node sees it in the cluster store, 0 for the others.",
            "", 900, "service_name", Closed("state", Known.ServiceStates));
        yield return Gauge(section, MetricNames.ServiceOwner,
            "1 when this node has the service, 0 when not. The sum over nodes is at most 1.",
            "", 100, "service_name");
        yield return Gauge(section, MetricNames.ServiceEpoch,
            "Epoch of the service: grows with every change of its owner.",
            "", 100, "service_name");
        yield return Gauge(section, MetricNames.StoreMemberUp,
            "1 when the member of the cluster store answers this node and knows a leader, 0 when not: below a majority nothing is decided.",
            "", 9, "member");
        yield return Gauge(section, MetricNames.ServiceProtected,
            "1 when a survivor would take the service by itself if its node died now; 0: it would wait for an operator; absent while it does not run.",
            "", 100, "service_name");
        yield return Gauge(section, MetricNames.MemberState,
            "1 for the state of the node as this node sees it in the cluster store, 0 for the others.",
            "", 512, "node", Closed("state", Known.MemberStates));
    }

    private static IEnumerable<MetricDefinition> ReplicationSection()
    {
        const string section = "Replication";
        yield return Gauge(
            section, MetricNames.ReplicationObjective,
            "Largest age of a copy that the interval allows: two intervals and 5 s; absent while paused.",
            "seconds", 500, "unit");
        yield return Gauge(
            section, MetricNames.ReplicationRecoveryPointTimestamp,
            "Unix time of the newest state of the unit that can be recovered at the peer.",
            "seconds", 1500, "unit", "peer");
        yield return Gauge(
            section, MetricNames.ReplicationLastSuccessTimestamp,
            "Unix time at which the last successful cycle ended.",
            "seconds", 1500, "unit", "peer");
        yield return Counter(
            section, MetricNames.ReplicationCycles,
            "Replication cycles started.",
            "", 1500, "unit", "peer");
        yield return Counter(
            section, MetricNames.ReplicationFailures,
            "Replication cycles that ended with a fault.",
            "", 1500, "unit", "peer");
        yield return Counter(
            section, MetricNames.ReplicationSkipped,
            "Cycles not started because the one before was still running.",
            "", 1500, "unit", "peer");
        yield return Counter(
            section, MetricNames.ReplicationSentBytes,
            "Bytes of unit content sent, before transport overhead, broken transfers included.",
            "bytes", 1500, "unit", "peer");
        yield return Gauge(
            section, MetricNames.ResyncBytes,
            "Size of the transfer that runs now; absent when none runs or its size is unknown.",
            "bytes", 1500, "unit", "peer");
        yield return Gauge(
            section, MetricNames.ResyncRemainingBytes,
            "Part of that transfer still to send; absent when none runs.",
            "bytes", 1500, "unit", "peer");
        yield return Histogram(
            section, MetricNames.ReplicationCycleDuration,
            "Time from start to end of a cycle of one unit to the peer, over all units.",
            "seconds", 16, LongOperations, "peer");
    }

    private static IEnumerable<MetricDefinition> PeersSection()
    {
        const string section = "Peers";
        yield return Gauge(
            section, MetricNames.PeerLastHeartbeatTimestamp,
            "Unix time at which the peer last answered; absent before the first time.",
            "seconds", 16, "peer");
        yield return Gauge(
            section, MetricNames.PeerPathUp,
            "1 when the peer answers over this network; absent before it was tried.",
            "", 64, "peer", "network");
        yield return Counter(
            section, MetricNames.PeerSentBytes,
            "Bytes of data streams sent to the peer.",
            "bytes", 16, "peer");
        yield return Counter(
            section, MetricNames.PeerReceivedBytes,
            "Bytes of data streams received from the peer.",
            "bytes", 16, "peer");
        yield return Gauge(
            section, MetricNames.NodeLossUse,
            "What is used on all nodes now, by what the others have if the largest is lost: above 1 it does not fit; absent while a node does not tell.",
            "ratio", 2, Closed("resource", Known.Resources));
    }

    private static IEnumerable<MetricDefinition> PoolsSection()
    {
        const string section = "Pools";
        yield return Gauge(
            section, MetricNames.PoolCapacityBytes,
            "Usable size of the pool.",
            "bytes", 64, "backend", "pool");
        yield return Gauge(
            section, MetricNames.PoolAvailableBytes,
            "Space that can still be written.",
            "bytes", 64, "backend", "pool");
        yield return Gauge(
            section, MetricNames.PoolHealth,
            "1 for the state the pool is in, 0 for the others.",
            "", 256, "backend", "pool", Closed("state", Known.HealthLevels));
        yield return Gauge(
            section, MetricNames.PoolScanProgressRatio,
            "Part of the running scrub, resilver or other scan that is done, 0 to 1; absent when none runs.",
            "ratio", 384, "backend", "pool", Closed("scan", Known.Scans));
    }

    private static IEnumerable<MetricDefinition> KeptSection()
    {
        const string section = "Kept heads";
        yield return Gauge(
            section, MetricNames.KeptHeadBytes,
            "Space of what a copy had written and its writer has not, kept until an operator deletes it.",
            "bytes", 100, "unit", "kept");
        yield return Gauge(
            section, MetricNames.KeptHeadTimestamp,
            "Unix time at which it was put away.",
            "seconds", 100, "unit", "kept");
    }

    private static IEnumerable<MetricDefinition> DrillSection()
    {
        const string section = "Drills";
        yield return Gauge(
            section, MetricNames.DrillTimestamp,
            "Unix time at which the last drill of the service that was run from this node ended. Take the maximum over nodes.",
            "seconds", 100, "service_name");
        yield return Gauge(
            section, MetricNames.DrillPassed,
            "1 when that drill passed: there and back, and nothing lost.",
            "", 100, "service_name");
        yield return Gauge(
            section, MetricNames.DrillAway,
            "Seconds in which nobody ran the service, on each way of that drill.",
            "seconds", 200, "service_name", Closed("way", Known.DrillWays));
    }

    private static IEnumerable<MetricDefinition> CommandsSection()
    {
        const string section = "Commands";
        yield return Gauge(
            section, MetricNames.CommandsRunning,
            "Child processes that run now.",
            "", 24, "tool");
        yield return Gauge(
            section, MetricNames.StuckCommands,
            "Child processes that were killed and still exist, by what they work on.",
            "", 64, "lane");
        yield return Histogram(
            section, MetricNames.CommandDuration,
            "Run time of child processes.",
            "seconds", 96, Commands, "tool", "verb");
        yield return Counter(
            section, MetricNames.CommandFailures,
            "Child processes that ended with another code than 0, or were killed for their output.",
            "", 96, "tool", "verb");
        yield return Counter(
            section, MetricNames.CommandTimeouts,
            "Child processes that were killed at their deadline.",
            "", 96, "tool", "verb");
    }

    private static IEnumerable<MetricDefinition> CollectionSection()
    {
        const string section = "Collection";
        yield return Gauge(
            section, MetricNames.CollectorSuccess,
            "1 when the collector could read its cached values at this scrape.",
            "", 24, "collector");
        yield return Gauge(
            section, MetricNames.CollectorDuration,
            "Time the collector took at this scrape.",
            "seconds", 24, "collector");
        yield return Counter(
            section, MetricNames.MetricsDroppedUpdates,
            "Updates lost because a metric was at its series limit.",
            "", 128, "metric");
        yield return Counter(
            section, MetricNames.MetricsRejectedValues,
            "Values a metric could not hold; more than 0 is a bug.",
            "", 128, "metric");
    }

    private static IEnumerable<MetricDefinition> ProcessSection()
    {
        const string section = "Process";
        yield return Counter(
            section, MetricNames.ProcessCpu,
            "User and system processor time of the agent, without its children.",
            "seconds", 1);
        yield return Gauge(
            section, MetricNames.ProcessResidentMemoryBytes,
            "Resident memory of the agent.",
            "bytes", 1);
        yield return Gauge(
            section, MetricNames.ProcessStartTime,
            "Unix time at which the agent started.",
            "seconds", 1);
        yield return Gauge(
            section, MetricNames.ProcessOpenFds,
            "Open file descriptors.",
            "", 1);
        yield return Gauge(
            section, MetricNames.ProcessMaxFds,
            "Limit of open file descriptors.",
            "", 1);
        yield return Counter(
            section, MetricNames.DotnetGcCollections,
            "Garbage collections by the oldest generation they touched.",
            "", 3, Closed("generation", Known.Generations));
        yield return Counter(
            section, MetricNames.DotnetGcPause,
            "Time in which the collector stopped all threads.",
            "seconds", 1);
        yield return Counter(
            section, MetricNames.DotnetGcAllocatedBytes,
            "Bytes allocated on the managed heap.",
            "bytes", 1);
        yield return Gauge(
            section, MetricNames.DotnetGcHeapSizeBytes,
            "Managed heap after the last collection, fragmentation included.",
            "bytes", 1);
        yield return Gauge(
            section, MetricNames.DotnetThreadpoolThreads,
            "Threads of the pool.",
            "", 1);
        yield return Gauge(
            section, MetricNames.DotnetThreadpoolQueueLength,
            "Work items that wait for a thread.",
            "", 1);
        yield return Gauge(
            section, MetricNames.DotnetTimers,
            "Timers that are armed.",
            "", 1);
    }
}
