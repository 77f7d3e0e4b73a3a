using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Dies before and after each write of the journal.</summary>
public sealed class KillableJournal(IOperationJournal inner, KillSwitch kill, string node = "n1") : IOperationJournal
{
    public Outcome<Operation> Begin(string key, string kind, string subject, ImmutableDictionary<string, string> arguments) =>
        Around("begin", () => inner.Begin(key, kind, subject, arguments));

    public Outcome<Operation> Note(Operation operation, ImmutableDictionary<string, string> arguments) => Around("note", () => inner.Note(operation, arguments));

    public Operation Mark(Operation operation, string step) => Around($"mark {step}", () => inner.Mark(operation, step));

    public Operation Fail(Operation operation, Fault fault) => Around("fail", () => inner.Fail(operation, fault));

    public void Finish(Operation operation, Fault? fault) => Around("finish", () =>
    {
        inner.Finish(operation, fault);
        return true;
    });

    public IReadOnlyList<Operation> Open() => inner.Open();

    public IReadOnlyList<EndedOperation> Recent() => inner.Recent();

    private T Around<T>(string what, Func<T> work)
    {
        kill.Pass($"before journal {what} on {node}");
        var result = work();
        kill.Pass($"after journal {what} on {node}");
        return result;
    }
}
