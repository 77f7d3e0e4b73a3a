using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Operations;

/// <summary>Keeps open operations on disk. When a method returns, what it says is durable.</summary>
public interface IOperationJournal
{
    /// <summary>Begins an operation, or takes up the open one of that key with these arguments.</summary>
    Operation Begin(string key, string kind, string subject, ImmutableDictionary<string, string> arguments);

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
