using System.Text;

namespace NodeAgent.Contract;

/// <summary>
/// An outcome that was not the wanted one: what happened, why, and what to do. Never an exception.
/// </summary>
/// <param name="Code">The kind of outcome.</param>
/// <param name="What">What could not be done, and to what: "cannot expand volume db/data".</param>
/// <param name="Why">The reason, in words an operator understands.</param>
/// <param name="NextStep">What to do about it; a command where there is one.</param>
/// <param name="Retry">When trying again makes sense.</param>
public sealed record Fault(FaultCode Code, string What, string Why, string NextStep, Retry Retry)
{
    /// <summary>Machine-readable facts, such as sizes, holders, epochs. Keys are camelCase.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>What the storage's own tool said, cut to a reasonable length; null if no tool spoke.</summary>
    public string? Native { get; init; }

    /// <summary>One paragraph for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(What).Append(": ").Append(Why);
        if (Native is { Length: > 0 })
        {
            text.Append(" (").Append(Native).Append(')');
        }

        return NextStep.Length == 0 ? text.ToString() : text.Append(". ").Append(NextStep).ToString();
    }
}
