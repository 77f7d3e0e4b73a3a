using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// The one place where plugin code is called and where its exceptions end. Whatever a plugin does — throws, blocks
/// the thread, ignores its token — the caller gets its thread back within the deadline and the grace.
/// </summary>
internal sealed class PluginCode(TimeProvider time, TimeSpan grace)
{
    /// <summary>Runs synchronous plugin code, such as a constructor.</summary>
    public Task<Invocation<T>> InvokeAsync<T>(Func<T> code, TimeSpan deadline, CancellationToken cancellation) =>
        InvokeAsync(_ => Task.FromResult(code()), new CallClock(deadline), cancellation);

    /// <summary>Runs plugin code until it ends, its clock runs out, or the caller has had enough.</summary>
    public async Task<Invocation<T>> InvokeAsync<T>(
        Func<CancellationToken, Task<T>> code, CallClock clock, CancellationToken cancellation)
    {
        // Not linked to the caller's token: then the caller's Cancel() would run the plugin's callbacks itself.
        var stop = new CancellationTokenSource();
        var call = Task.Run(() => SuperviseAsync(code, stop.Token), CancellationToken.None);
        var isLate = false;
        if (!await clock.EndsInTimeAsync(call, time, cancellation))
        {
            isLate = !cancellation.IsCancellationRequested;
            _ = stop.CancelAsync();
            if (!await new CallClock(grace).EndsInTimeAsync(call, time, CancellationToken.None))
            {
                return new Invocation<T>(InvocationEnd.Abandoned, default, "ignores its cancellation token", call);
            }
        }

        var invocation = await call;
        return invocation.End == InvocationEnd.Cancelled && isLate
            ? invocation with { End = InvocationEnd.TimedOut }
            : invocation;
    }

    /// <summary>Runs plugin code that must return at once and may only be refused by an exception.</summary>
    public static Outcome<T> Call<T>(string what, Func<T> code)
    {
        try
        {
            return code();
        }
#pragma warning disable CA1031 // The supervisor: plugin code may throw anything, and none of it may end the agent.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return PluginFaults.Threw(what, Describe(failure));
        }
    }

    private static async Task<Invocation<T>> SuperviseAsync<T>(
        Func<CancellationToken, Task<T>> code, CancellationToken stop)
    {
        try
        {
            return new Invocation<T>(InvocationEnd.Answered, await code(stop), "", null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new Invocation<T>(InvocationEnd.Cancelled, default, "", null);
        }
#pragma warning disable CA1031 // The supervisor: plugin code may throw anything, and none of it may end the agent.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // Only text leaves: the exception itself would keep the plugin's types alive after its unloading.
            return new Invocation<T>(InvocationEnd.Threw, default, Describe(failure), null);
        }
    }

    private static string Describe(Exception failure)
    {
        var cause = failure is System.Reflection.TargetInvocationException { InnerException: { } inner } ? inner : failure;
        var text = cause.ToString();
        return text.Length <= 4096 ? text : text[..4096];
    }
}
