namespace NodeAgent.Daemon.Tuning;

/// <summary>What has to be written, and what a revert will bring back. Pure but for <c>read</c>.</summary>
internal static class TuneSteps
{
    /// <summary>The parameters of a plan, and those that only the record before had set.</summary>
    public static IReadOnlyList<TunedParameter> Of(IReadOnlyList<TuneLine> plan, TuneRecord? earlier, Func<string, long?> read)
    {
        var steps = plan.Where(line => line.Verdict is TuneVerdict.Same or TuneVerdict.Change)
            .Select(line => new TunedParameter(line.Parameter, Before(line.Parameter, line.Now!.Value, earlier), line.Now!.Value, line.Wanted!.Value)).ToList();
        var left = (earlier?.Parameters ?? []).Where(old => steps.TrueForAll(step => step.Name != old.Name))
            .Select(old => (Old: old, Now: read(old.Name)))
            .Where(entry => entry.Now != entry.Old.Before && entry.Old.IsOurs(entry.Now, earlier!.Phase))
            .Select(entry => new TunedParameter(entry.Old.Name, entry.Old.Before, entry.Now!.Value, entry.Old.Before) { IsGivenUp = true });
        return [.. steps, .. left];
    }

    /// <summary>Whether a record says already what these steps would make it say.</summary>
    public static bool IsDone(TuneRecord earlier, string profile, IReadOnlyList<TunedParameter> steps) =>
        earlier.Phase == TunePhase.Applied && earlier.Profile == profile && steps.All(step => step.Found == step.Wanted)
        && steps.Select(step => (step.Name, step.Before, step.Wanted)).SequenceEqual(earlier.Parameters.Select(old => (old.Name, old.Before, old.Wanted)));

    /// <summary>The plan as it was carried out.</summary>
    public static IReadOnlyList<TuneLine> Told(IReadOnlyList<TuneLine> plan, IReadOnlyList<TunedParameter> steps) =>
    [
        .. plan.Select(line => line.Verdict == TuneVerdict.Change ? line with { Verdict = TuneVerdict.Changed } : line),
        .. steps.Where(step => step.IsGivenUp).Select(step => new TuneLine(
            step.Name, UnitOf(step.Name), step.Found, step.Wanted, TuneVerdict.Changed, "the profile before had set it; it is what it was before that")),
    ];

    /// <summary>What a revert does to a parameter.</summary>
    public static TuneLine Back(TunedParameter step, long? now, TunePhase phase)
    {
        var line = new TuneLine(step.Name, UnitOf(step.Name), now, step.Before, TuneVerdict.Changed, "as it was before");
        return now == step.Before ? line with { Verdict = TuneVerdict.Same }
            : now is null ? line with { Verdict = TuneVerdict.Missing, Why = "it cannot be read any more" }
            : step.IsOurs(now, phase) ? line
            : line with { Verdict = TuneVerdict.LeftAlone, Why = $"somebody else set it after us, who had set {step.Wanted}" };
    }

    // A value that is neither ours nor what was there before us is somebody's wish: a later revert brings that back.
    private static long Before(string name, long now, TuneRecord? earlier) =>
        earlier?.Parameters.FirstOrDefault(old => old.Name == name) is { } known && known.IsOurs(now, earlier.Phase) ? known.Before : now;

    private static KnobUnit UnitOf(string name) => Knobs.All.FirstOrDefault(knob => knob.Name == name)?.Unit ?? KnobUnit.Requests;
}
