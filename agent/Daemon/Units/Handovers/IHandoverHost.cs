using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>A node that may take a unit over, as its writer sees it.</summary>
public interface IHandoverHost
{
    /// <summary>What its copy consists of, and what would stand in the way of writing it. Changes nothing but the record it keeps.</summary>
    Task<Outcome<TakeOverOutlook>> PlanTakeOverAsync(UnitRecord record, CancellationToken cancellation);

    /// <summary>Takes the unit over: stores the record, opens the storage. The same letter again: done.</summary>
    Task<Outcome> TakeOverAsync(TakeOverLetter letter, CancellationToken cancellation);
}
