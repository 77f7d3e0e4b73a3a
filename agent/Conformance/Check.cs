using NodeAgent.Conformance.Bench;
using NodeAgent.Contract;

namespace NodeAgent.Conformance;

/// <summary>One thing that a backend must prove.</summary>
public sealed class Check
{
    internal Check(string id, string sentence, Capabilities needs, Func<TestBench, Task> runAsync)
    {
        Id = id;
        Sentence = sentence;
        Needs = needs;
        RunAsync = runAsync;
    }

    /// <summary>Its name: "create_is_idempotent".</summary>
    public string Id { get; }

    /// <summary>What must be true.</summary>
    public string Sentence { get; }

    /// <summary>Capabilities without which it is skipped.</summary>
    public Capabilities Needs { get; }

    internal Func<TestBench, Task> RunAsync { get; }
}
