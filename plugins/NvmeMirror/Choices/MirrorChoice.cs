using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Choices;

/// <summary>
/// A certificate that was lost, or a half that was certified and is: a person says which half counts. One replacement of the
/// certificate, so that a kill leaves it as it was or made; promotion and upkeep do the rest, as after any other loss.
/// </summary>
internal sealed class MirrorChoice(Parts parts, HalfLook look) : ICopyChoice
{
    public async Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot look at the half of {unit} on {parts.Self}";
        return parts.Check(unit) is { } wrong ? wrong : await look.ReadAsync(what, cancellation);
    }

    public async Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(choice, cancellation);
        return weighed.Map(found => found.Chosen.Plan());
    }

    public async Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var weighed = await WeighAsync(choice, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var (chosen, seen) = weighed.Value;
        if (chosen.IsMade)
        {
            return Outcome.Done;
        }

        var what = What(choice);
        var plan = chosen.Plan();
        if (plan.Blockers.Count > 0)
        {
            return Faults.Mend(what, string.Join("; ", plan.Blockers), $"'nodeagent volume resolve {choice.Unit.Name} --keep {choice.Keep} --plan' shows both sides.");
        }

        var next = chosen.Next(string.Create(CultureInfo.InvariantCulture, $"an operator chose the half of {choice.Keep} on {parts.Self}, {parts.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC"));

        // Against the version that every side was read at: whoever opens it meanwhile was faster, and this fails.
        var written = await parts.Book.WriteAsync(what, seen, next, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{choice.Unit}: an operator chose the half of {choice.Keep}; {plan.GivesWay} is copied whole when it is there (before: {seen.Certificate?.ToString() ?? "no certificate"})");
        }

        return written.WithoutValue();
    }

    /// <summary>Nothing of a half that gives way is kept.</summary>
    public Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) => Task.FromResult(Outcome.Ok(new Listing<GivenUpCopy>([], [])));

    private async Task<Outcome<(Choosing Chosen, Certified Seen)>> WeighAsync(CopyChoice choice, CancellationToken cancellation)
    {
        var what = What(choice);
        if (parts.Check(choice.Unit) is { } wrong)
        {
            return wrong;
        }

        if (choice.Keep != parts.Self && choice.Keep != parts.Peer)
        {
            return new Fault(FaultCode.InvalidArgument, what, $"{choice.Keep} has no half of it", $"The halves are on {parts.Self} and {parts.Peer}.", Retry.Never);
        }

        var seen = await parts.Book.ReadAsync(what, cancellation);
        return seen.IsOk ? (new Choosing(choice, [parts.Self, parts.Peer], seen.Value), seen.Value) : seen.Fault;
    }

    private static string What(CopyChoice choice) => $"cannot keep the half of {choice.Unit} on {choice.Keep}";
}
