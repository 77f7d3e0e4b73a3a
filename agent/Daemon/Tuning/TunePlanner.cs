using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Says what a profile comes to on this node. Changes nothing.</summary>
internal static class TunePlanner
{
    /// <summary>One line for each setting of the profile, in its order. Faults: the profile itself is wrong.</summary>
    public static Outcome<IReadOnlyList<TuneLine>> Plan(TuningProfile profile, IModuleParameters module, NodeShape node)
    {
        var check = ProfileRules.Check(profile);
        if (!check.IsOk)
        {
            return check.Fault;
        }

        var isKnown = module.Version is { } version && ZfsKnown.Knows(version);
        return Outcome.Ok(Harmonise([.. profile.Settings.Select(setting => Line(setting, module, node, isKnown))]));
    }

    private static TuneLine Line(Setting setting, IModuleParameters module, NodeShape node, bool isKnown)
    {
        var knob = setting.Knob;
        var amount = setting.Amount.On(node);
        var looked = module.Look(knob.Name);
        var now = looked is { IsOk: true, Value: { } found } ? ParameterText.Number(found.Text) : null;
        var line = new TuneLine(knob.Name, knob.Unit, now, amount?.Value, TuneVerdict.Same, Words(setting, amount?.Bound));
        return looked switch
        {
            { IsOk: false } => line with { Verdict = TuneVerdict.Unreadable, Why = looked.Fault.ToString() },
            { Value: null } => line with { Verdict = TuneVerdict.Missing, Why = module.Version is null ? "the module zfs is not loaded" : "the loaded module has no such parameter" },
            _ when !isKnown => line with { Verdict = TuneVerdict.UnknownVersion, Why = "nobody has looked what it does in this version of ZFS" },
            { Value.Text: var text } when now is null => line with { Verdict = TuneVerdict.Unreadable, Why = $"'{text}' is no number" },
            _ when amount is null => line with { Verdict = TuneVerdict.Unreadable, Why = $"the memory of this node or {Knobs.DirtyCeiling} cannot be read" },
            _ when amount.Value.Value < knob.Least => line with { Verdict = TuneVerdict.TooSmall, Why = $"{amount.Value.Bound} is less than it needs" },
            _ when now == amount.Value.Value => line,
            { Value.IsWritable: false } => line with { Verdict = TuneVerdict.NotWritable, Why = "it can be set only when the module is loaded" },
            _ => line with { Verdict = TuneVerdict.Change },
        };
    }

    /// <summary>A smallest number must not come to lie above its largest, because that one cannot be changed.</summary>
    private static IReadOnlyList<TuneLine> Harmonise(IReadOnlyList<TuneLine> lines)
    {
        var limits = Knobs.All.Where(knob => knob.Above is not null).ToDictionary(knob => knob.Name, knob => knob.Above!, StringComparer.Ordinal);
        return [.. lines.Select(line => line.Verdict == TuneVerdict.Change && limits.TryGetValue(line.Parameter, out var above)
            && lines.FirstOrDefault(other => other.Parameter == above) is { } limit
            && !(Result(limit) >= line.Wanted)
                ? line with { Verdict = TuneVerdict.Contradicts, Why = $"{above} is below it and stays as it is" }
                : line)];
    }

    private static long? Result(TuneLine line) => line.Verdict is TuneVerdict.Change or TuneVerdict.Same ? line.Wanted : line.Now;

    private static string Words(Setting setting, string? bound) =>
        string.IsNullOrEmpty(bound) ? setting.Why : $"{setting.Why}; here {bound}";
}
