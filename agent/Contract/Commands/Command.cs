namespace NodeAgent.Contract;

/// <summary>A program to run. Never a shell: arguments reach it as they are.</summary>
/// <param name="Tool">The program's name, such as "zfs"; found on a fixed path. The plugin's manifest must list it.</param>
/// <param name="Arguments">Its arguments. Put "--" before names.</param>
public sealed record Command(string Tool, IReadOnlyList<string> Arguments)
{
    /// <summary>How long it may take; then its process group is killed and the outcome is <see cref="FaultCode.TimedOut"/>.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most that is kept of standard output, in bytes; more is <see cref="FaultCode.Unparseable"/>.</summary>
    public int OutputLimit { get; init; } = 8 * 1024 * 1024;

    /// <summary>Fed to standard input; null closes it.</summary>
    public Stream? Input { get; init; }

    /// <summary>Where standard output goes instead of <see cref="CommandResult.Output"/>. Then no limit counts.</summary>
    public Stream? Output { get; init; }

    /// <summary>Commands of one lane run one after the other, such as all that touch one pool; empty for no lane.</summary>
    public string Lane { get; init; } = "";

    /// <summary>
    /// Added to the clean environment. For programs that take parameters this way; unlike arguments, others than root
    /// cannot read them. Names are letters, digits and _.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What is counted in metrics besides the tool, such as "list"; the first argument if empty.</summary>
    public string Verb { get; init; } = "";
}
