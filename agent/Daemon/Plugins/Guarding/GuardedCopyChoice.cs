using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedCopyChoice(CallSupervisor calls) : ICopyChoice
{
    public Task<Outcome<CopySide>> ReadSideAsync(UnitId unit, CancellationToken cancellation) =>
        calls.RunAsync<ICopyChoice, CopySide>(
            GuardedCall.Read("choice.side", $"look at the copy of {unit}"), async (choice, stop) => Copy(await choice.ReadSideAsync(unit, stop)), cancellation);

    public Task<Outcome<CopyChoicePlan>> PlanAsync(CopyChoice choice, CancellationToken cancellation) =>
        calls.RunAsync<ICopyChoice, CopyChoicePlan>(
            GuardedCall.Read("choice.plan", $"plan which copy of {choice.Unit} is kept"), async (chosen, stop) => Copy(await chosen.PlanAsync(choice, stop)), cancellation);

    public Task<Outcome> ChooseAsync(CopyChoice choice, CancellationToken cancellation) =>
        calls.RunAsync<ICopyChoice>(
            GuardedCall.Change("choice.choose", $"choose which copy of {choice.Unit} is kept", choice.Unit), (chosen, stop) => chosen.ChooseAsync(choice, stop), cancellation);

    public Task<Outcome<Listing<GivenUpCopy>>> ListGivenUpAsync(CancellationToken cancellation) =>
        calls.RunAsync<ICopyChoice, Listing<GivenUpCopy>>(
            GuardedCall.Read("choice.given-up", "list what copies held that gave way"), async (choice, stop) => CallSupervisor.Copy(await choice.ListGivenUpAsync(stop)), cancellation);

    // Enumerating a plugin's lists runs its code.
    private static Outcome<CopySide> Copy(Outcome<CopySide> side) => side.Map(read => read with { Facts = [.. read.Facts] });

    private static Outcome<CopyChoicePlan> Copy(Outcome<CopyChoicePlan> plan) => plan.Map(made => made with { Steps = [.. made.Steps], Blockers = [.. made.Blockers] });
}
