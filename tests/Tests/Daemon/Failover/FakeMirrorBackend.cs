using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>One node's side of a <see cref="FakeMirror"/>.</summary>
internal sealed class FakeMirrorBackend(FakeMirror mirror, NodeId node) : IBackend, IRoles, IReplicationStatus
{
    public BackendDescription Describe() => new("fake-mirror", Capabilities.Roles | Capabilities.ReplicationStatus, FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok(new BackendHealth(HealthLevel.Ok, "1", [])));

    public T? Ability<T>()
        where T : class => this as T;

    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) => Task.FromResult(Outcome.Ok(Report(unit)));

    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => Task.FromResult(Outcome.Ok(new PromotePlan(
        unit, null, LossEstimate.Unknown(""), [], mirror.MayOpen(node) ? [] : [$"{node} may miss something"])));

    public Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var opened = mirror.Open(node, grant.Epoch);
        return Task.FromResult(opened.IsOk ? Report(grant.Unit) : (Outcome<RoleReport>)opened.Fault);
    }

    public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        mirror.Close(node);
        return Task.FromResult(Outcome.Ok(Report(unit)));
    }

    public async Task<Outcome<ReplicationStatus>> ReadStatusAsync(UnitId unit, CancellationToken cancellation)
    {
        await mirror.Answers;
        return mirror.Status(unit);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RoleReport Report(UnitId unit) => new(unit, mirror.IsOpen(node) ? Role.Writer : Role.Reader, mirror.Epoch, "");
}
