using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on an NVMe-oF mirror: all nodes lose power under write load and come back.</summary>
public sealed class MirrorServiceBlackoutScenario : BlackoutScenario
{
    public override string Name => "mirror-service-blackout";

    public override string About => "a service on an NVMe-oF mirror: all nodes lose power under write load and come back";

    protected override ServiceStorage Storage => MirrorStorage.Shared;
}
