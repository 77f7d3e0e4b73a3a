using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins;

/// <summary>Makes backends from factories: checks the options, prepares the state folder, asks the backend what it is.</summary>
internal sealed class BackendMaker(
    PluginHostSettings settings, PluginSurroundings surroundings, PluginCode code, TimeProvider time)
{
    public async Task<Outcome<Attachment>> MakeAsync(
        LoadedPlugin plugin, BackendSettings wanted, CancellationToken cancellation)
    {
        var what = $"cannot start backend {wanted.Id}";
        if (plugin.Manifest.Trial is { } trial && !wanted.AcceptsTrial)
        {
            return PluginFaults.OnTrial(what, wanted, trial);
        }

        if (await ComplaintAsync(plugin.Factory, wanted, cancellation) is { } complaint)
        {
            return complaint;
        }

        var folder = Path.Combine(settings.StateDirectory, "backends", wanted.Id.Value);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var context = new BackendContext(
            wanted.Id,
            settings.Node,
            wanted.Options,
            folder,
            surroundings.Commands(plugin.Manifest, wanted.Id),
            time,
            surroundings.Log(wanted.Id)) { Notes = surroundings.Notes(wanted.Id) };
        var factory = plugin.Factory;
        var making = await code.InvokeAsync(() => Make(factory, context), settings.Policy.StartDeadline, cancellation);
        return making.End switch
        {
            InvocationEnd.Answered => making.Value,
            InvocationEnd.Threw => PluginFaults.Threw(what, making.Problem),
            InvocationEnd.TimedOut => PluginFaults.TimedOut(what, settings.Policy.StartDeadline),
            InvocationEnd.Cancelled => throw new OperationCanceledException(cancellation),
            InvocationEnd.Abandoned => PluginFaults.Abandoned(what),
            _ => throw new InvalidOperationException($"unknown end {making.End}"),
        };
    }

    /// <summary>Lets go of a backend's object; a plugin that hangs in this is left behind.</summary>
    public async Task DisposeAsync(Attachment attachment, Action<string, Task?> misbehaved)
    {
        var backend = attachment.Backend;
        var closing = await code.InvokeAsync(
            async _ =>
            {
                await backend.DisposeAsync();
                return true;
            },
            new CallClock(settings.Policy.StartDeadline),
            CancellationToken.None);
        if (closing.End != InvocationEnd.Answered)
        {
            misbehaved(closing.Problem, closing.Leftover);
        }
    }

    private static Outcome<Attachment> Make(IBackendFactory factory, BackendContext context)
    {
        var made = factory.Create(context);
        if (made.IsOk && made.Value is null)
        {
            return PluginFaults.Nothing($"cannot start backend {context.Id}");
        }

        return made.Map(Attachment.Of);
    }

    private async Task<Fault?> ComplaintAsync(
        IBackendFactory factory, BackendSettings wanted, CancellationToken cancellation)
    {
        var checking = await code.InvokeAsync(
            () => OptionComplaints.Find(factory, wanted.Options), settings.Policy.StartDeadline, cancellation);
        var what = $"cannot start backend {wanted.Id}";
        if (checking.End != InvocationEnd.Answered)
        {
            return PluginFaults.Threw(what, checking.Problem);
        }

        return checking.Value is { Count: > 0 } complaints
            ? new Fault(
                FaultCode.InvalidArgument,
                what,
                string.Join("; ", complaints),
                "Mend the backend's options, then run: nodeagent config check",
                Retry.AfterFix)
            : null;
    }
}
