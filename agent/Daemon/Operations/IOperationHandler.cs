using NodeAgent.Contract;

namespace NodeAgent.Daemon.Operations;

/// <summary>Goes on with operations of one kind, wherever they were left.</summary>
public interface IOperationHandler
{
    /// <summary>The kind.</summary>
    string Kind { get; }

    /// <summary>
    /// Carries the operation out from its beginning; steps that were done are found done. Ends it in the journal when
    /// it is done or given up; leaves it open if it is to be tried again.
    /// </summary>
    Task<Outcome> ResumeAsync(Operation operation, CancellationToken cancellation);
}
