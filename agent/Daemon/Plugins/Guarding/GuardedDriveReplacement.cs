using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedDriveReplacement(CallSupervisor calls) : IDriveReplacement
{
    public Task<Outcome<DriveReplacementPlan>> PlanReplacementAsync(DriveReplacement order, CancellationToken cancellation) =>
        calls.RunAsync<IDriveReplacement, DriveReplacementPlan>(
            GuardedCall.Read("drive.plan", $"plan to replace drive {order.Drive}"), async (drives, stop) => Copy(await drives.PlanReplacementAsync(order, stop)), cancellation);

    public Task<Outcome> ReplaceAsync(DriveReplacement order, CancellationToken cancellation) =>
        calls.RunAsync<IDriveReplacement>(
            GuardedCall.Change("drive.replace", $"replace drive {order.Drive}", "drives"), (drives, stop) => drives.ReplaceAsync(order, stop), cancellation);

    // Enumerating a plugin's lists runs its code.
    private static Outcome<DriveReplacementPlan> Copy(Outcome<DriveReplacementPlan> plan) => plan.Map(made => made with { Steps = [.. made.Steps], Blockers = [.. made.Blockers] });
}
