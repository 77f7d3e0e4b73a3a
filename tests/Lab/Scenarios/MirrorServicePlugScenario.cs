using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on an NVMe-oF mirror: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides.</summary>
public sealed class MirrorServicePlugScenario : PullThePlugScenario
{
    public override string Name => "mirror-service-plug";

    public override string About => "a service on an NVMe-oF mirror: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides";

    protected override ServiceStorage Storage => MirrorStorage.Shared;
}
