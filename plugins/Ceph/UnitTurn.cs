using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>A unit's turn: several steps, with other work between them, while no other change of the unit runs.</summary>
internal sealed class UnitTurn(UnitGate gate, UnitId unit, Action<Task> begun)
{
    /// <summary>Looks at the unit as the index has it now, and does something with the cluster.</summary>
    public Task<Outcome<T>> StepAsync<T>(string what, Func<Connection, UnitEntries, Outcome<T>> step, CancellationToken cancellation) =>
        gate.StepAsync(unit, what, step, begun, cancellation);
}
