using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>
/// Puts profiles in force and brings back what was before. What was before is on disk before the first value is written,
/// so that a kill at any point leaves a record from which the next call goes on or goes back.
/// </summary>
internal sealed class Tuner(TuneBook book, TuneSurroundings around)
{
    private readonly IModuleParameters module = around.Module;
    private readonly KnobWriter knobs = new(around.Module);

    /// <summary>What a profile would change; changes nothing. Without a profile: the one that is kept, or ZFS's own.</summary>
    public Outcome<TuneReport> Plan(string? name)
    {
        var kept = book.Read(TuneBook.Kept);
        var chosen = TuningProfiles.Find(name ?? (kept.IsOk ? kept.Value?.Profile : null) ?? TuningProfiles.Default.Name);
        var lines = chosen.IsOk ? TunePlanner.Plan(chosen.Value, module, around.Node()) : chosen.Fault;
        return lines.Map(plan => new TuneReport(
            chosen.Value.Name, module.Version, kept.IsOk ? kept.Value?.Profile : null, plan,
            [.. TuneNotes.OfNode(around), .. TuneNotes.OfRecords(around, kept, book.Read(TuneBook.Trial), knobs.Read)]));
    }

    /// <summary>
    /// Puts a profile in force now and after every reboot. Idempotent. If a value is refused, what was written is brought
    /// back and the profile before stays. Faults: module not loaded, unknown version, values refused (all at once).
    /// </summary>
    public Outcome<TuneReport> Apply(TuningProfile profile) => Locked(() => ApplyOver(profile, TuneBook.Kept));

    /// <summary>Brings back what was before the profile that is kept, and keeps none. What somebody else changed stays, and is told. Idempotent.</summary>
    public Outcome<TuneReport> Revert() => Locked(() => Revert(TuneBook.Kept));

    /// <summary>
    /// Tries a profile until the trial is disposed. Nobody else can tune meanwhile; if this process is killed, the next
    /// one that tunes, or the agent, brings back what was before.
    /// </summary>
    public Outcome<TuneTrial> Try(TuningProfile profile)
    {
        var taken = book.Take();
        if (!taken.IsOk)
        {
            return taken.Fault;
        }

        var settled = Settle();
        var applied = settled.IsOk ? ApplyOver(profile, TuneBook.Trial) : settled.Fault;
        if (applied.IsOk)
        {
            return new TuneTrial(taken.Value, applied.Value, () => Revert(TuneBook.Trial));
        }

        taken.Value.Dispose();
        return applied.Fault;
    }

    /// <summary>
    /// What the agent does at its start and now and then: undoes a trial whose process is gone, ends what was interrupted,
    /// and after a reboot puts the kept profile in force again. Null: there was nothing to do.
    /// </summary>
    public Outcome<TuneReport?> TakeUp()
    {
        var (kept, trial) = (book.Read(TuneBook.Kept), book.Read(TuneBook.Trial));
        if (!kept.IsOk || !trial.IsOk)
        {
            return kept.Fault ?? trial.Fault!;
        }

        return trial.Value is null && !IsDue(kept.Value)
            ? new Outcome<TuneReport?>(value: null)
            : Locked(TakeUpKept).Map<TuneReport?>(report => report);
    }

    private Outcome<TuneReport> TakeUpKept()
    {
        var kept = book.Read(TuneBook.Kept);
        if (!kept.IsOk || !IsDue(kept.Value))
        {
            return kept.IsOk ? Unchanged(kept.Value?.Profile, []) : kept.Fault;
        }

        if (kept.Value!.Phase == TunePhase.Reverting)
        {
            return Revert(TuneBook.Kept);
        }

        var profile = TuningProfiles.Find(kept.Value.Profile);
        return profile.IsOk ? ApplyOver(profile.Value, TuneBook.Kept) : profile.Fault;
    }

    private Outcome<TuneReport> Locked(Func<Outcome<TuneReport>> work)
    {
        var taken = book.Take();
        if (!taken.IsOk)
        {
            return taken.Fault;
        }

        using (taken.Value)
        {
            var settled = Settle();
            return settled.IsOk ? work() : settled.Fault;
        }
    }

    /// <summary>Who holds the lock and finds a trial finds one whose process is gone.</summary>
    private Outcome Settle() => Revert(TuneBook.Trial).WithoutValue();

    private Outcome<TuneReport> ApplyOver(TuningProfile profile, string name)
    {
        var before = book.Read(name);
        var plan = before.IsOk ? TunePlanner.Plan(profile, module, around.Node()) : before.Fault;
        if (!plan.IsOk)
        {
            return plan.Fault;
        }

        if (module.Version is not { } version || !ZfsKnown.Knows(version))
        {
            return module.Version is { } unknown ? TuneFaults.UnknownVersion(profile.Name, unknown) : TuneFaults.NotLoaded(profile.Name);
        }

        var earlier = IsOfNow(before.Value) ? before.Value : null;
        var steps = TuneSteps.Of(plan.Value, earlier, knobs.Read);
        if (earlier is not null && TuneSteps.IsDone(earlier, profile.Name, steps))
        {
            return Unchanged(profile.Name, plan.Value);
        }

        var record = new TuneRecord(profile.Name, around.Boot, version, TunePhase.Applying, around.Time.GetUtcNow(), steps);
        var stored = book.Store(name, record);
        if (!stored.IsOk)
        {
            return stored.Fault;
        }

        var faults = knobs.Write(steps.Select(step => (step.Name, step.Wanted)));
        if (faults.Count > 0)
        {
            return GoBack(record, before.Value, name, faults);
        }

        // What a profile before had set and this one does not is back, and none of our business any more.
        stored = book.Store(name, record with { Phase = TunePhase.Applied, Parameters = [.. steps.Where(step => !step.IsGivenUp)] });
        return stored.IsOk
            ? new TuneReport(profile.Name, version, Kept(), TuneSteps.Told(plan.Value, steps), [.. TuneNotes.OfNode(around)])
            : stored.Fault;
    }

    private Fault GoBack(TuneRecord record, TuneRecord? before, string name, IReadOnlyList<Fault> faults)
    {
        var left = knobs.Write(record.Parameters.Where(step => knobs.Read(step.Name) == step.Wanted).Select(step => (step.Name, step.Found)));
        if (left.Count > 0)
        {
            return TuneFaults.NotWritten($"cannot tune with {record.Profile}, nor go back", [.. faults, .. left], "Look at 'dmesg', then 'nodeagent tune revert'.");
        }

        var stored = before is null ? book.Remove(name) : book.Store(name, before);
        return stored.Fault ?? TuneFaults.NotWritten($"cannot tune with {record.Profile}", faults, "What was written was brought back. Look at 'dmesg'.");
    }

    private Outcome<TuneReport> Revert(string name)
    {
        var read = book.Read(name);
        if (!read.IsOk || read.Value is not { } record)
        {
            return read.IsOk ? Unchanged(profile: null, []) : read.Fault;
        }

        if (!IsOfNow(record))
        {
            // A reboot, or loading the module anew, brought everything back.
            return book.Remove(name).Fault is { } fault ? fault : Unchanged(record.Profile, []);
        }

        // From here on a value is ours if it is what we leave behind, not what was found before that.
        var begun = record.Phase == TunePhase.Applied ? record with { Parameters = [.. record.Parameters.Select(step => step with { Found = step.Wanted })] } : record;
        var stored = book.Store(name, begun with { Phase = TunePhase.Reverting });
        if (!stored.IsOk)
        {
            return stored.Fault;
        }

        var lines = record.Parameters.Select(step => TuneSteps.Back(step, knobs.Read(step.Name), record.Phase)).ToList();
        var faults = knobs.Write(lines.Where(line => line.Verdict == TuneVerdict.Changed).Select(line => (line.Parameter, line.Wanted!.Value)));
        return faults.Count > 0 ? TuneFaults.NotWritten($"cannot bring back what was before {record.Profile}", faults, "Look at 'dmesg', then try again.")
            : book.Remove(name).Fault is { } stays ? stays
            : new TuneReport(record.Profile, module.Version, Kept(), lines, []);
    }

    /// <summary>Whether something is left to do for the profile that is kept.</summary>
    private bool IsDue(TuneRecord? kept) =>
        kept is not null && module.Version is not null && !(IsOfNow(kept) && kept.Phase == TunePhase.Applied);

    private bool IsOfNow(TuneRecord? record) => record is not null && record.Boot == around.Boot && record.Zfs == module.Version;

    private string? Kept() => book.Read(TuneBook.Kept) is { IsOk: true, Value: { } kept } ? kept.Profile : null;

    private TuneReport Unchanged(string? profile, IReadOnlyList<TuneLine> lines) => new(profile, module.Version, Kept(), lines, []);
}
