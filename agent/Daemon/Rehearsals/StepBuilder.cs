using NodeAgent.Daemon.Configuration;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>Makes happenings of what a file wants done, and checks that each says what it needs and nothing else.</summary>
internal sealed class StepBuilder(ConfigValues values, RehearsalNames names)
{
    private static readonly (string Field, StepNeeds Need)[] Fields =
        [("node", StepNeeds.Node), ("other", StepNeeds.Other), ("service", StepNeeds.Service), ("for", StepNeeds.Span)];

    /// <summary>All of them: first what services do badly from the start.</summary>
    public IEnumerable<Happening> Steps() =>
        names.Services.SelectMany(Fails).Concat(values.Items("steps").Select(Step).OfType<Happening>());

    private IEnumerable<Happening> Fails(string service)
    {
        foreach (var path in values.Items($"services[{service}].fails").Select(index => $"services[{service}].fails[{index}]"))
        {
            if (names.Node($"{path}.node", onlyAgents: true) is { } node && values.Find($"{path}.at") is FailingPart part)
            {
                names.Allowed($"{path}.node", service, node);
                var word = part switch
                {
                    FailingPart.Start => "fail-start",
                    FailingPart.Stop => "fail-stop",
                    _ => "fail-promote",
                };
                yield return new Happening(TimeSpan.Zero, StepWords.All[word].Kind, node, Service: service) { Word = word };
            }
        }
    }

    private Happening? Step(string index)
    {
        var path = $"steps[{index}]";
        if (values.Find($"{path}.do") is not StepWord word)
        {
            return null;
        }

        var name = StepWords.All.First(known => known.Value == word).Key;
        foreach (var (field, need) in Fields)
        {
            Check($"{path}.{field}", field, need, word, name);
        }

        var node = names.Node($"{path}.node", OnlyAgents(word.Kind)) ?? "";
        var other = names.Node($"{path}.other", onlyAgents: false);
        if (other is not null && other == node)
        {
            names.Wrong($"{path}.other", $"is the same node as 'node', '{node}'", "Name the other end of the link");
        }

        if (word.WithoutEnd && values.Find($"{path}.for") is TimeSpan span && span == TimeSpan.Zero)
        {
            names.Wrong($"{path}.for", "is no time at all", "Write how long, or leave 'for' out: then it lasts until something ends it");
        }

        return values.Find($"{path}.at") is not TimeSpan at ? null : new Happening(at, other is not null && word.WithOther is { } pair ? pair : word.Kind)
        {
            Node = node,
            Other = other ?? "",
            Service = names.Service($"{path}.service") ?? "",
            For = values.Find($"{path}.for") as TimeSpan? ?? TimeSpan.Zero,
            Word = name,
        };
    }

    // A witness has power and a network, and nothing else that a step could be about.
    private static bool OnlyAgents(HappeningKind kind) => kind is not (HappeningKind.PowerOff or HappeningKind.PowerOn or HappeningKind.Cut
        or HappeningKind.Restore or HappeningKind.CutOneWay or HappeningKind.Reset or HappeningKind.Reboot or HappeningKind.Shutdown);

    private void Check(string path, string field, StepNeeds need, StepWord word, string name)
    {
        var isSaid = values.Mentions(path);
        if (word.Needs.HasFlag(need) && !isSaid)
        {
            names.Wrong(path, $"is missing for '{name}'", $"Add '{field}: ...'");
        }
        else if (isSaid && !word.Needs.HasFlag(need) && !word.Takes.HasFlag(need))
        {
            names.Wrong(path, $"means nothing for '{name}'", "Remove it");
        }
    }
}
