namespace NodeAgent.Daemon.Metrics;

/// <summary>The families of the catalogue by name, for those who measure. Label order is the catalogue's.</summary>
internal sealed class AgentMetrics
{
    private readonly MetricRegistry registry;

    public AgentMetrics(ILogger<AgentMetrics> log)
    {
        registry = new MetricRegistry(Catalogue.All, log);
        registry.ZeroInitialise();
    }

    /// <summary>For the scrape, <see cref="MetricRegistry.ZeroInitialise"/> and <see cref="MetricRegistry.Forget"/>.</summary>
    public MetricRegistry Registry => registry;

    public InfoFamily BuildInfo => registry.Info(MetricNames.BuildInfo);

    public GaugeFamily ClusterConfigHash => registry.Gauge(MetricNames.ClusterConfigHash);

    public GaugeFamily RestartRequired => registry.Gauge(MetricNames.RestartRequired);

    public GaugeFamily CertificateExpiryTimestamp => registry.Gauge(MetricNames.CertificateExpiryTimestamp);

    public GaugeFamily JournalPendingOperations => registry.Gauge(MetricNames.JournalPendingOperations);

    public GaugeFamily JournalOldestProgressTimestamp => registry.Gauge(MetricNames.JournalOldestProgressTimestamp);

    public GaugeFamily PluginState => registry.Gauge(MetricNames.PluginState);

    public GaugeFamily BackendState => registry.Gauge(MetricNames.BackendState);

    public GaugeFamily BackendHealth => registry.Gauge(MetricNames.BackendHealth);

    public CounterFamily BackendRestarts => registry.Counter(MetricNames.BackendRestarts);

    public CounterFamily BackendQuarantines => registry.Counter(MetricNames.BackendQuarantines);

    public CounterFamily BackendMisbehaviour => registry.Counter(MetricNames.BackendMisbehaviour);

    public GaugeFamily BackendLastRefreshTimestamp => registry.Gauge(MetricNames.BackendLastRefreshTimestamp);

    public GaugeFamily BackendHung => registry.Gauge(MetricNames.BackendHung);

    public CounterFamily BackendOperationFailures => registry.Counter(MetricNames.BackendOperationFailures);

    public HistogramFamily BackendOperationDuration => registry.Histogram(MetricNames.BackendOperationDuration);

    public GaugeFamily UnitWriter => registry.Gauge(MetricNames.UnitWriter);

    public GaugeFamily UnitEpoch => registry.Gauge(MetricNames.UnitEpoch);

    public GaugeFamily UnitCopiesWanted => registry.Gauge(MetricNames.UnitCopiesWanted);

    public GaugeFamily CopyState => registry.Gauge(MetricNames.CopyState);

    public GaugeFamily LossIfPromoted => registry.Gauge(MetricNames.LossIfPromoted);

    public GaugeFamily FailoverArmed => registry.Gauge(MetricNames.FailoverArmed);

    public GaugeFamily LeaseState => registry.Gauge(MetricNames.LeaseState);

    public GaugeFamily LeaseEndTimestamp => registry.Gauge(MetricNames.LeaseEndTimestamp);

    public GaugeFamily WatchdogAttested => registry.Gauge(MetricNames.WatchdogAttested);

    public GaugeFamily WatchdogTimeout => registry.Gauge(MetricNames.WatchdogTimeout);

    public GaugeFamily GuardMostLate => registry.Gauge(MetricNames.GuardMostLate);

    public CounterFamily GuardFailedFeeds => registry.Counter(MetricNames.GuardFailedFeeds);

    public GaugeFamily ServiceState => registry.Gauge(MetricNames.ServiceState);

    public GaugeFamily ServiceOwner => registry.Gauge(MetricNames.ServiceOwner);

    public GaugeFamily ServiceEpoch => registry.Gauge(MetricNames.ServiceEpoch);

    public GaugeFamily StoreMemberUp => registry.Gauge(MetricNames.StoreMemberUp);

    public GaugeFamily ServiceProtected => registry.Gauge(MetricNames.ServiceProtected);

    public GaugeFamily MemberState => registry.Gauge(MetricNames.MemberState);

    public GaugeFamily ReplicationObjective => registry.Gauge(MetricNames.ReplicationObjective);

    public GaugeFamily ReplicationRecoveryPointTimestamp => registry.Gauge(MetricNames.ReplicationRecoveryPointTimestamp);

    public GaugeFamily ReplicationLastSuccessTimestamp => registry.Gauge(MetricNames.ReplicationLastSuccessTimestamp);

    public CounterFamily ReplicationCycles => registry.Counter(MetricNames.ReplicationCycles);

    public CounterFamily ReplicationFailures => registry.Counter(MetricNames.ReplicationFailures);

    public CounterFamily ReplicationSkipped => registry.Counter(MetricNames.ReplicationSkipped);

    public CounterFamily ReplicationSentBytes => registry.Counter(MetricNames.ReplicationSentBytes);

    public GaugeFamily ResyncBytes => registry.Gauge(MetricNames.ResyncBytes);

    public GaugeFamily ResyncRemainingBytes => registry.Gauge(MetricNames.ResyncRemainingBytes);

    public HistogramFamily SwitchoverDuration => registry.Histogram(MetricNames.SwitchoverDuration);

    public HistogramFamily ReplicationCycleDuration => registry.Histogram(MetricNames.ReplicationCycleDuration);

    public GaugeFamily PeerLastHeartbeatTimestamp => registry.Gauge(MetricNames.PeerLastHeartbeatTimestamp);

    public GaugeFamily PeerPathUp => registry.Gauge(MetricNames.PeerPathUp);

    public CounterFamily PeerSentBytes => registry.Counter(MetricNames.PeerSentBytes);

    public CounterFamily PeerReceivedBytes => registry.Counter(MetricNames.PeerReceivedBytes);

    public GaugeFamily UpkeepLastLookTimestamp => registry.Gauge(MetricNames.UpkeepLastLookTimestamp);

    public GaugeFamily LegState => registry.Gauge(MetricNames.LegState);

    public GaugeFamily LegPathUp => registry.Gauge(MetricNames.LegPathUp);

    public GaugeFamily SyncCertificateReadable => registry.Gauge(MetricNames.SyncCertificateReadable);

    public GaugeFamily SyncCertificateCovers => registry.Gauge(MetricNames.SyncCertificateCovers);

    public GaugeFamily CopiesParted => registry.Gauge(MetricNames.CopiesParted);

    public CounterFamily WritesFrozen => registry.Counter(MetricNames.WritesFrozen);

    public GaugeFamily WritesFrozenSince => registry.Gauge(MetricNames.WritesFrozenSince);

    public GaugeFamily ResyncEta => registry.Gauge(MetricNames.ResyncEta);

    public GaugeFamily NodeLossUse => registry.Gauge(MetricNames.NodeLossUse);

    public GaugeFamily PoolCapacityBytes => registry.Gauge(MetricNames.PoolCapacityBytes);

    public GaugeFamily PoolAvailableBytes => registry.Gauge(MetricNames.PoolAvailableBytes);

    public GaugeFamily KeptHeadBytes => registry.Gauge(MetricNames.KeptHeadBytes);

    public GaugeFamily KeptHeadTimestamp => registry.Gauge(MetricNames.KeptHeadTimestamp);

    public GaugeFamily DrillTimestamp => registry.Gauge(MetricNames.DrillTimestamp);

    public GaugeFamily DrillPassed => registry.Gauge(MetricNames.DrillPassed);

    public GaugeFamily DrillAway => registry.Gauge(MetricNames.DrillAway);

    public GaugeFamily PoolHealth => registry.Gauge(MetricNames.PoolHealth);

    public GaugeFamily PoolScanProgressRatio => registry.Gauge(MetricNames.PoolScanProgressRatio);

    public GaugeFamily StorageAnswer => registry.Gauge(MetricNames.StorageAnswer);

    public GaugeFamily StorageMonitors => registry.Gauge(MetricNames.StorageMonitors);

    public GaugeFamily StorageMonitorsInQuorum => registry.Gauge(MetricNames.StorageMonitorsInQuorum);

    public GaugeFamily StorageRebuildNeeded => registry.Gauge(MetricNames.StorageRebuildNeeded);

    public GaugeFamily StorageRebuildFree => registry.Gauge(MetricNames.StorageRebuildFree);

    public GaugeFamily StorageShutOutClients => registry.Gauge(MetricNames.StorageShutOutClients);

    public GaugeFamily StorageSlowOperations => registry.Gauge(MetricNames.StorageSlowOperations);

    public GaugeFamily StorageCallsLeftBehind => registry.Gauge(MetricNames.StorageCallsLeftBehind);

    public GaugeFamily StorageCompareProgress => registry.Gauge(MetricNames.StorageCompareProgress);

    public GaugeFamily StorageCompareLast => registry.Gauge(MetricNames.StorageCompareLast);

    public GaugeFamily StorageCompareDiffers => registry.Gauge(MetricNames.StorageCompareDiffers);

    public GaugeFamily StorageMirrorSource => registry.Gauge(MetricNames.StorageMirrorSource);

    public GaugeFamily StorageMirrorFollowing => registry.Gauge(MetricNames.StorageMirrorFollowing);

    public GaugeFamily StorageMirrorParted => registry.Gauge(MetricNames.StorageMirrorParted);

    public GaugeFamily StorageMirrorHeld => registry.Gauge(MetricNames.StorageMirrorHeld);

    public GaugeFamily StorageMirrorInterval => registry.Gauge(MetricNames.StorageMirrorInterval);

    public GaugeFamily StoragePoolAtRisk => registry.Gauge(MetricNames.StoragePoolAtRisk);

    public GaugeFamily CommandsRunning => registry.Gauge(MetricNames.CommandsRunning);

    public GaugeFamily StuckCommands => registry.Gauge(MetricNames.StuckCommands);

    public HistogramFamily CommandDuration => registry.Histogram(MetricNames.CommandDuration);

    public CounterFamily CommandFailures => registry.Counter(MetricNames.CommandFailures);

    public CounterFamily CommandTimeouts => registry.Counter(MetricNames.CommandTimeouts);

    public GaugeFamily CollectorSuccess => registry.Gauge(MetricNames.CollectorSuccess);

    public GaugeFamily CollectorDuration => registry.Gauge(MetricNames.CollectorDuration);

    public CounterFamily MetricsDroppedUpdates => registry.Counter(MetricNames.MetricsDroppedUpdates);

    public CounterFamily MetricsRejectedValues => registry.Counter(MetricNames.MetricsRejectedValues);

    public CounterFamily ProcessCpu => registry.Counter(MetricNames.ProcessCpu);

    public GaugeFamily ProcessResidentMemoryBytes => registry.Gauge(MetricNames.ProcessResidentMemoryBytes);

    public GaugeFamily ProcessStartTime => registry.Gauge(MetricNames.ProcessStartTime);

    public GaugeFamily ProcessOpenFds => registry.Gauge(MetricNames.ProcessOpenFds);

    public GaugeFamily ProcessMaxFds => registry.Gauge(MetricNames.ProcessMaxFds);

    public CounterFamily DotnetGcCollections => registry.Counter(MetricNames.DotnetGcCollections);

    public CounterFamily DotnetGcPause => registry.Counter(MetricNames.DotnetGcPause);

    public CounterFamily DotnetGcAllocatedBytes => registry.Counter(MetricNames.DotnetGcAllocatedBytes);

    public GaugeFamily DotnetGcHeapSizeBytes => registry.Gauge(MetricNames.DotnetGcHeapSizeBytes);

    public GaugeFamily DotnetThreadpoolThreads => registry.Gauge(MetricNames.DotnetThreadpoolThreads);

    public GaugeFamily DotnetThreadpoolQueueLength => registry.Gauge(MetricNames.DotnetThreadpoolQueueLength);

    public GaugeFamily DotnetTimers => registry.Gauge(MetricNames.DotnetTimers);
}
