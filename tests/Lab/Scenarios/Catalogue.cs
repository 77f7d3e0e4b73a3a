namespace NodeAgent.Lab.Scenarios;

/// <summary>All scenarios, in the order in which they are played.</summary>
public static class Catalogue
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new BootScenario(),
        new PowerCutScenario(),
        new ZfsBareScenario(),
        new GuardResetsScenario(),
        new InstallUpgradePurgeScenario(),
        new ZfsConformanceScenario(),
        new ZfsReplicationScenario(),
        new OnePathLossScenario(),
        new AgentKillScenario(),
        new SwitchoverScenario(),
        new PrometheusScrapeScenario(),
        new PacemakerCompareScenario(),
        new PullThePlugScenario(),
        new PullThePlugFastScenario(),
        new PartitionScenario(),
        new ServiceMoveScenario(),
        new FrozenAgentScenario(),
        new FrozenNodeScenario(),
        new StoreLostScenario(),
        new BlackoutScenario(),
        new LeaderPlugScenario(),
        new OneWayPartitionScenario(),
        new WatchdogMissingScenario(),
        new FenceAgentScenario(),
        new RebootScenario(),
        new AgentUpgradeScenario(),
        new WontStopScenario(),
        new DiskHangScenario(),
        new MirrorBuildScenario("mirror-build", 4),
        new MirrorBuildScenario("mirror-build-12", 12),
        new MirrorPowerCutScenario(),
        new MirrorPeerLossScenario(),
        new MirrorPartitionScenario(),
        new MirrorResilverCutScenario(),
        new MirrorServiceScenario(),
        new MirrorServicePlugScenario(),
        new MirrorServicePartitionScenario(),
        new MirrorServiceBlackoutScenario(),
        new MirrorServiceOutdatedScenario(),
        new MirrorServiceDriveScenario(),
    ];
}
