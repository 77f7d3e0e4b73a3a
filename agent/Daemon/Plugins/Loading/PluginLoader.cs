using System.Reflection;

using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>From a folder to a factory, one verdict a step. First everything that runs no code of the plugin.</summary>
internal sealed class PluginLoader(bool checkOwnership, PluginCode code, TimeSpan deadline)
{
    /// <summary>The contract level that this host claims to serve.</summary>
    public ContractLevel Host { get; init; } = ContractLevel.Host;

    public FrameworkAssemblies Framework { get; init; } = FrameworkAssemblies.OfThisProcess;

    /// <summary>What can be known without running the plugin's code.</summary>
    public IReadOnlyList<LoadVerdict> Inspect(PluginFolder folder)
    {
        try
        {
            return PluginInspection.Inspect(folder, checkOwnership, Host, Framework);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [.. folder.Verdicts, LoadVerdict.Bad(LoadStage.Files, failure.Message, "Install the plugin again.")];
        }
    }

    public async Task<PluginLoading> LoadAsync(PluginFolder folder, CancellationToken cancellation)
    {
        var verdicts = Inspect(folder);
        if (folder.Manifest is not { } manifest || verdicts.Any(verdict => !verdict.Passed))
        {
            return new PluginLoading(null, verdicts);
        }

        var path = Path.Combine(folder.Path, manifest.Assembly);
        var context = new PluginLoadContext($"{manifest.Id} {manifest.Version}", path, Framework);
        var (factory, verdict) = await MakeFactoryAsync(context, path, manifest, cancellation);
        var all = verdicts.Append(verdict);
        if (factory is null)
        {
            context.Unload();
            return new PluginLoading(null, [.. all]);
        }

        var options = await OptionsSanity.CheckAsync(factory, code, deadline, cancellation);
        if (!options.Passed)
        {
            context.Unload();
            return new PluginLoading(null, [.. all, options]);
        }

        return new PluginLoading(new LoadedPlugin(manifest, folder.Path, context, factory), [.. all, options]);
    }

    private async Task<(IBackendFactory? Factory, LoadVerdict Verdict)> MakeFactoryAsync(
        PluginLoadContext context, string path, PluginManifest manifest, CancellationToken cancellation)
    {
        var loading = await code.InvokeAsync(() => context.LoadFromAssemblyPath(path), deadline, cancellation);
        if (loading is not { End: InvocationEnd.Answered, Value: { } assembly })
        {
            return (null, Failed(LoadStage.Load, $"{path} cannot be loaded", loading));
        }

        var finding = await code.InvokeAsync(
            () => assembly.GetType(manifest.Factory, throwOnError: false), deadline, cancellation);
        if (finding.End != InvocationEnd.Answered)
        {
            return (null, Failed(LoadStage.Factory, $"{manifest.Factory} cannot be loaded", finding));
        }

        if (Complaint(finding.Value, manifest) is { } complaint)
        {
            return (null, complaint);
        }

        var making = await code.InvokeAsync(
            () => (IBackendFactory)Activator.CreateInstance(finding.Value!)!, deadline, cancellation);
        return making is { End: InvocationEnd.Answered, Value: { } factory }
            ? (factory, LoadVerdict.Good(LoadStage.Factory, manifest.Factory))
            : (null, Failed(LoadStage.Factory, $"{manifest.Factory} cannot be made", making));
    }

    private static LoadVerdict? Complaint(Type? type, PluginManifest manifest)
    {
        if (type is null)
        {
            return LoadVerdict.Bad(
                LoadStage.Factory,
                $"{manifest.Assembly} has no type {manifest.Factory}",
                "Write the full name of the factory into \"factory\".");
        }

        if (!typeof(IBackendFactory).IsAssignableFrom(type))
        {
            return LoadVerdict.Bad(
                LoadStage.Factory, $"{manifest.Factory} is not an IBackendFactory", "Implement NodeAgent.Contract.IBackendFactory.");
        }

        return type.IsAbstract || type.GetConstructor(BindingFlags.Instance | BindingFlags.Public, Type.EmptyTypes) is null
            ? LoadVerdict.Bad(
                LoadStage.Factory,
                $"{manifest.Factory} cannot be made",
                "Make it a class, not abstract, with a public constructor without parameters.")
            : null;
    }

    private static LoadVerdict Failed<T>(LoadStage stage, string what, Invocation<T> invocation)
    {
        var reason = invocation.End == InvocationEnd.Threw
            ? invocation.Problem.Split('\n')[0].TrimEnd()
            : "it did not answer in time";
        return LoadVerdict.Bad(stage, $"{what}: {reason}", "Report it to the plugin's author.");
    }
}
