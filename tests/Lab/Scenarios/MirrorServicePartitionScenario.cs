using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on an NVMe-oF mirror: its node is cut off from the others but not from its clients.</summary>
public sealed class MirrorServicePartitionScenario : PartitionScenario
{
    public override string Name => "mirror-service-partition";

    public override string About => "a service on an NVMe-oF mirror: its node is cut off from the others but not from its clients";

    protected override ServiceStorage Storage => MirrorStorage.Shared;
}
