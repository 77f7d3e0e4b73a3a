namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>What a step found. Every step gives one; none is swallowed.</summary>
/// <param name="Stage">The step.</param>
/// <param name="Passed">True if it went well.</param>
/// <param name="Reason">What was found, a sentence.</param>
/// <param name="Remedy">What to do about it; empty if it went well.</param>
public sealed record LoadVerdict(LoadStage Stage, bool Passed, string Reason, string Remedy)
{
    /// <summary>A step that went well.</summary>
    public static LoadVerdict Good(LoadStage stage, string reason) => new(stage, true, reason, "");

    /// <summary>A step that did not.</summary>
    public static LoadVerdict Bad(LoadStage stage, string reason, string remedy) => new(stage, false, reason, remedy);

    /// <inheritdoc/>
    public override string ToString() =>
        Passed ? $"{Stage}: {Reason}" : $"{Stage}: {Reason}. {Remedy}";
}
