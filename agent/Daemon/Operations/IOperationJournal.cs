using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Operations;

/// <summary>
/// Keeps open operations on disk. An operation that could not be begun must not be carried out. The other methods
/// never stand in the way: if the disk refuses them, the operation is found open at an earlier step after a restart,
/// and is carried out again, which does no harm.
/// </summary>
public interface IOperationJournal
{
    /// <summary>Begins an operation, or takes up the open one of that key with these arguments. Durable when it returns.</summary>
    Outcome<Operation> Begin(string key, string kind, string subject, ImmutableDictionary<string, string> arguments);

    /// <summary>Keeps what an open operation has come to know. Durable when it returns; not another attempt.</summary>
    Outcome<Operation> Note(Operation operation, ImmutableDictionary<string, string> arguments);

    /// <summary>Notes the step that is done next.</summary>
    Operation Mark(Operation operation, string step);

    /// <summary>Notes why an attempt ended; the operation stays open.</summary>
    Operation Fail(Operation operation, Fault fault);

    /// <summary>Ends an operation: it is done, or was given up with a fault.</summary>
    void Finish(Operation operation, Fault? fault);

    /// <summary>The open operations, by key.</summary>
    IReadOnlyList<Operation> Open();

    /// <summary>The operations that ended last, newest first; bounded, kept while the agent runs.</summary>
    IReadOnlyList<EndedOperation> Recent();
}
