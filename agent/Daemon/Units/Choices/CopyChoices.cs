using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Units.Choices;

/// <summary>
/// An operator chooses between the copies of a unit. Asks every member what it has; who does not answer has to be proven not to
/// run. The backend decides whether the choice can be made, and makes it against what was seen.
/// </summary>
/// <param name="world">What there is here.</param>
/// <param name="askAsync">Asks a member for its side.</param>
/// <param name="lookAsync">The store at this moment, which may prove that a silent member does not run; null: it does not answer, or there is none.</param>
/// <param name="log">The log: who chose what is to be found later.</param>
internal sealed class CopyChoices(UnitWorld world, Func<NodeId, UnitId, CancellationToken, Task<Outcome<CopySide>>> askAsync, Func<CancellationToken, Task<ClusterView?>> lookAsync, ILogger log)
{
    /// <summary>What the choice would mean, and what stands in its way. Changes nothing.</summary>
    public async Task<Outcome<ChoiceReport>> PlanAsync(ChoiceOrder order, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(order, cancellation);
        return weighed.Map(found => Report(found.Choice, found.Plan, isDone: false));
    }

    /// <summary>Makes the choice, after looking at everything again.</summary>
    public async Task<Outcome<ChoiceReport>> ChooseAsync(ChoiceOrder order, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(order, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var (choice, plan, backend) = weighed.Value;
        var chosen = await backend.ChooseAsync(choice, cancellation);
        if (!chosen.IsOk)
        {
            return chosen.Fault;
        }

        log.LogWarning("an operator chose the copy of {Unit} on {Keep}; the copy on {Other} gives way", choice.Unit, choice.Keep, plan.GivesWay);
        world.Changed(choice.Unit);
        return Report(choice, plan, isDone: true);
    }

    private async Task<Outcome<(CopyChoice Choice, CopyChoicePlan Plan, ICopyChoice Backend)>> WeighAsync(ChoiceOrder order, CancellationToken cancellation)
    {
        if (!Names.IsValid(order.Keep))
        {
            return Names.Invalid("node", order.Keep);
        }

        var found = await FindAsync(order.Unit, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        var (unit, backend) = found.Value;
        var members = world.Members();
        var answers = await Task.WhenAll(members.Select(async node => (Node: node, Side: await askAsync(node, unit, cancellation))));

        // This node last: what the others saw must not be older than the certificate that the choice is made against.
        var mine = await backend.ReadSideAsync(unit, cancellation);
        if (!mine.IsOk)
        {
            return mine.Fault;
        }

        // A member that has no such unit has nothing open.
        var view = answers.Any(answer => !answer.Side.IsOk) ? await lookAsync(cancellation) : null;
        string? ProofOf(NodeId node) => view is null ? null : Proofs.OfNode(view, node);
        var silent = answers.Where(answer => !answer.Side.IsOk && answer.Side.Fault.Code != FaultCode.NotFound).ToList();
        var choice = new CopyChoice(unit, new NodeId(order.Keep), [.. answers.Where(answer => answer.Side.IsOk).Select(answer => answer.Side.Value).Append(mine.Value).OrderBy(side => side.Node.Value, StringComparer.Ordinal)])
        {
            Gone = silent.Select(answer => (answer.Node, Proof: ProofOf(answer.Node))).Where(entry => entry.Proof is not null).ToDictionary(entry => entry.Node, entry => entry.Proof!),
            Silent = silent.Where(answer => ProofOf(answer.Node) is null).ToDictionary(answer => answer.Node, answer => answer.Side.Fault!.Why),
            MayLose = order.WithoutKeeping,
        };
        var plan = await backend.PlanAsync(choice, cancellation);
        return plan.Map(made => (choice, made, backend));
    }

    private async Task<Outcome<(UnitId Unit, ICopyChoice Backend)>> FindAsync(string text, CancellationToken cancellation)
    {
        List<(UnitId Unit, ICopyChoice Backend)> found = [];
        foreach (var (id, backend) in world.Backends())
        {
            var name = text.StartsWith($"{id}:", StringComparison.Ordinal) ? text[(id.Value.Length + 1)..] : text;
            if (backend.Ability<ICopyChoice>() is not { } choice || !Names.IsValid(name))
            {
                continue;
            }

            var side = await choice.ReadSideAsync(new UnitId(id, name), cancellation);
            if (side.IsOk || side.Fault.Code != FaultCode.NotFound)
            {
                found.Add((new UnitId(id, name), choice));
            }
        }

        return found.Count switch
        {
            1 => found[0],
            0 => new Fault(
                FaultCode.NotFound, $"cannot choose between the copies of unit '{text}'", $"no backend on {world.Self} whose storage keeps copies itself has it",
                "Only such units can part this way; for others 'nodeagent status' shows what a diverged copy needs. Is the backend ready: 'nodeagent plugin list'?", Retry.AfterFix),
            _ => UnitFaults.Ambiguous(text, found.Select(one => one.Unit)),
        };
    }

    private static ChoiceReport Report(CopyChoice choice, CopyChoicePlan plan, bool isDone) => new(
        choice.Unit, choice.Keep, plan.GivesWay, choice.Sides,
        [.. choice.Gone.Select(entry => $"{entry.Key}: {entry.Value}"), .. choice.Silent.Select(entry => $"{entry.Key} does not answer: {entry.Value}")],
        plan.Steps, plan.Blockers, plan.IsKept, isDone);
}
