using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Says what a profile comes to on this node. Changes nothing.</summary>
internal static class TunePlanner
{
    private static readonly List<(string Below, string Above)> Limits =
        [.. Knobs.All.Where(knob => knob.Above is not null).Select(knob => (knob.Name, knob.Above!))];

    /// <summary>One line for each setting of the profile, in its order. Faults: the profile itself is wrong.</summary>
    public static Outcome<IReadOnlyList<TuneLine>> Plan(TuningProfile profile, IModuleParameters module, NodeShape node)
    {
        var check = ProfileRules.Check(profile);
        if (!check.IsOk)
        {
            return check.Fault;
        }

        var isKnown = module.Version is { } version && ZfsKnown.Knows(version);
        return Outcome.Ok(Harmonise([.. profile.Settings.Select(setting => Line(setting, module, node, isKnown))], module));
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

    /// <summary>A smallest number must not come to lie above its largest, because one of the two cannot be changed or is not in the profile.</summary>
    private static IReadOnlyList<TuneLine> Harmonise(IReadOnlyList<TuneLine> lines, IModuleParameters module)
    {
        List<TuneLine> least = [.. lines.Select(line => Limits.Find(pair => pair.Below == line.Parameter) is { Above: not null } pair && !(Result(pair.Above, lines, module) >= line.Wanted)
            ? Contradicting(line, pair.Above, "below") : line)];
        return [.. least.Select(line => Limits.Find(pair => pair.Above == line.Parameter) is { Below: not null } pair && !(Result(pair.Below, least, module) <= line.Wanted)
            ? Contradicting(line, pair.Below, "above") : line)];
    }

    private static TuneLine Contradicting(TuneLine line, string other, string where) =>
        line.Verdict != TuneVerdict.Change ? line : line with { Verdict = TuneVerdict.Contradicts, Why = $"{other} is {where} it and stays as it is" };

    private static long? Result(string name, IReadOnlyList<TuneLine> lines, IModuleParameters module) => lines.FirstOrDefault(line => line.Parameter == name) switch
    {
        null => module.Look(name) is { IsOk: true, Value: { } found } ? ParameterText.Number(found.Text) : null,
        { Verdict: TuneVerdict.Change or TuneVerdict.Same } line => line.Wanted,
        var line => line.Now,
    };

    private static string Words(Setting setting, string? bound) =>
        string.IsNullOrEmpty(bound) ? setting.Why : $"{setting.Why}; here {bound}";
}
