using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>Two histories of a resource, or none that counts: a person chooses, the certificate is replaced, the upkeep of both nodes follows.</summary>
internal sealed class DrbdChoice(Parts parts, SideLook look, GivenUpCopies givenUp) : ICopyChoice
{
    public async Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot look at the copy of {unit} on {parts.Self}";
        var resource = parts.Find(unit);
        return resource.IsOk ? await look.ReadAsync(resource.Value, what, cancellation) : resource.Fault;
    }

    public async Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(choice, cancellation);
        return weighed.Map(found => found.Plan);
    }

    public async Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(choice, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var (plan, chosen, seen) = weighed.Value;
        var what = What(choice);
        if (plan.Blockers.Count > 0)
        {
            return Faults.Mend(what, string.Join("; ", plan.Blockers), $"'nodeagent volume resolve {choice.Unit.Name} --keep {choice.Keep} --plan' shows both sides.");
        }

        var next = seen.Certificate! with
        {
            Writer = choice.Keep,
            InSync = Whole.Only(choice.Keep),
            GivingWay = chosen.Way,
            Because = string.Create(CultureInfo.InvariantCulture, $"an operator chose the copy of {choice.Keep} on {parts.Self}, {parts.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC"),
        };

        // Against the version that every side was read at: whoever opens it meanwhile was faster, and this fails.
        var written = await parts.Find(choice.Unit).Value.Book.WriteAsync(what, seen, next, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{choice.Unit}: an operator chose the copy of {choice.Keep}; {plan.GivesWay} gives way{(chosen.Way?.KeptAs is { } name ? $" and keeps what it had as {name}" : "")}");
        }

        return written.WithoutValue();
    }

    public Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) => givenUp.ListAsync(cancellation);

    private async Task<Outcome<(CopyChoicePlan Plan, Choosing Chosen, Certified Seen)>> WeighAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var what = What(choice);
        var resource = parts.Find(choice.Unit);
        if (!resource.IsOk)
        {
            return resource.Fault;
        }

        if (!parts.Both.Contains(choice.Keep.Value))
        {
            return new Fault(FaultCode.InvalidArgument, what, $"{choice.Keep} has no copy of it", $"The copies are on {string.Join(" and ", parts.Both)}.", Retry.Never);
        }

        var seen = await resource.Value.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is null)
        {
            return Faults.Mend(what, "it was never adopted", "Mend it with drbdadm, then adopt it with 'nodeagent volume create'.");
        }

        var chosen = new Choosing(choice, [parts.Self, parts.Peer], seen.Value);
        return (chosen.Plan(), chosen, seen.Value);
    }

    private static string What(CopyChoice choice) => $"cannot keep the copy of {choice.Unit} on {choice.Keep}";
}
