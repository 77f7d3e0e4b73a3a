using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;

using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Manifests;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>Everything that can be known of a plugin's folder without running its code.</summary>
internal static class PluginInspection
{
    private const string Reinstall = "Install the plugin again";

    /// <summary>All verdicts; a later step is left out where an earlier one makes it meaningless.</summary>
    public static IReadOnlyList<LoadVerdict> Inspect(
        PluginFolder folder, bool checkOwnership, ContractLevel host, FrameworkAssemblies framework)
    {
        var verdicts = new List<LoadVerdict>(folder.Verdicts);
        if (checkOwnership)
        {
            verdicts.Add(OwnershipCheck.Check(folder.Path, folder.Root));
        }

        if (folder.Manifest is not { } manifest)
        {
            return verdicts;
        }

        verdicts.AddRange(Files(folder.Path, manifest));
        verdicts.Add(Level(manifest, host));
        var assembly = Path.Combine(folder.Path, manifest.Assembly);
        if (File.Exists(assembly))
        {
            verdicts.AddRange(Image(assembly, manifest, framework));
        }

        return verdicts;
    }

    private static List<LoadVerdict> Files(string folder, PluginManifest manifest)
    {
        var verdicts = new List<LoadVerdict>();
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToList();
        if (!File.Exists(Path.Combine(folder, manifest.Assembly)))
        {
            verdicts.Add(Bad($"the assembly {manifest.Assembly} is not in {folder}", $"{Reinstall}, or mend \"assembly\"."));
        }

        verdicts.AddRange(files
            .Where(path => Path.GetFileName(path).Equals(
                PluginLoadContext.ContractName + ".dll", StringComparison.OrdinalIgnoreCase))
            .Select(path => Bad(
                $"{path} is a copy of the contract, which must come from the host",
                "Delete it, and refer to NodeAgent.Contract with ExcludeAssets=\"runtime\".")));
        verdicts.AddRange(Hashes(folder, manifest, files));
        return verdicts.Count > 0 ? verdicts : [LoadVerdict.Good(LoadStage.Files, $"{files.Count} files")];
    }

    private static IEnumerable<LoadVerdict> Hashes(string folder, PluginManifest manifest, List<string> files)
    {
        if (manifest.Sha256.Count == 0)
        {
            yield break;
        }

        foreach (var (name, wanted) in manifest.Sha256)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                yield return Bad($"{name} is in \"sha256\" and not in {folder}", $"{Reinstall}.");
                continue;
            }

            using var file = File.OpenRead(path);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(file)), wanted, StringComparison.Ordinal))
            {
                yield return Bad($"{name} is not the file the manifest was made for (sha256 differs)", $"{Reinstall}.");
            }
        }

        // A list that leaves a library out would let one be slipped in.
        foreach (var path in files.Where(path => path.EndsWith(".dll", StringComparison.Ordinal)
            || path.Contains(".so", StringComparison.Ordinal)))
        {
            if (!manifest.Sha256.ContainsKey(Path.GetRelativePath(folder, path)))
            {
                yield return Bad($"{path} is not in \"sha256\"", "Add its hash, or delete the file.");
            }
        }
    }

    private static LoadVerdict Level(PluginManifest manifest, ContractLevel host)
    {
        if (manifest.Contract.IsServedBy(host))
        {
            return LoadVerdict.Good(LoadStage.Contract, $"contract {manifest.Contract}, served by {host}");
        }

        var isNewer = manifest.Contract.Major > host.Major || manifest.Contract.Major == host.Major;
        return LoadVerdict.Bad(
            LoadStage.Contract,
            $"{manifest.Id} {manifest.Version} is built for contract {manifest.Contract}, this nodeagent serves {host}",
            isNewer
                ? $"Upgrade nodeagent to one that serves {manifest.Contract}, or install a {manifest.Id} built for contract {host}."
                : $"Install a {manifest.Id} that is built for contract {host.Major}.0 to {host}.");
    }

    private static IEnumerable<LoadVerdict> Image(string path, PluginManifest manifest, FrameworkAssemblies framework)
    {
        var image = AssemblyImage.TryRead(path);
        if (image is null)
        {
            return [LoadVerdict.Bad(LoadStage.Image, $"{path} is not a .NET assembly, or is damaged", $"{Reinstall}.")];
        }

        if (image.IsReference)
        {
            return [LoadVerdict.Bad(
                LoadStage.Image,
                $"{path} is a reference assembly, which has no code",
                "Install the file from lib/, not from ref/, of its package.")];
        }

        var built = image.References.FirstOrDefault(reference => IsContract(reference.Name!));
        if (built is null || built.Version!.Major != ContractLevel.Host.Major)
        {
            return [LoadVerdict.Bad(
                LoadStage.Contract,
                built is null
                    ? $"{manifest.Assembly} does not refer to {PluginLoadContext.ContractName}"
                    : $"{manifest.Assembly} is built against contract {built.Version!.Major}.x, whatever its manifest says;"
                        + $" this nodeagent serves {ContractLevel.Host}",
                $"Build it against NodeAgent.Contract {ContractLevel.Host.Major}.x.")];
        }

        return [LoadVerdict.Good(LoadStage.Image, $"{image.Name} {image.Version}"), Dependencies(path, framework)];
    }

    /// <summary>Walks what the assembly refers to, so that a missing file is told now and not in a failover.</summary>
    private static LoadVerdict Dependencies(string path, FrameworkAssemblies framework)
    {
        AssemblyDependencyResolver resolver;
        try
        {
            resolver = new AssemblyDependencyResolver(path);
        }
        catch (InvalidOperationException wrong)
        {
            return LoadVerdict.Bad(LoadStage.Dependencies, wrong.Message.Trim(), $"Mend the .deps.json beside {path}.");
        }

        var (missing, seen) = (new SortedSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var open = new Queue<string>([path]);
        while (open.TryDequeue(out var next))
        {
            if (AssemblyImage.TryRead(next) is not { } image)
            {
                missing.Add($"{Path.GetFileName(next)} is not a .NET assembly, or is damaged");
                continue;
            }

            foreach (var reference in image.References.Where(reference => !IsContract(reference.Name!) && seen.Add(reference.FullName)))
            {
                if (resolver.ResolveAssemblyToPath(reference) is { } found)
                {
                    open.Enqueue(found);
                }
                else if (Lack(reference, image.Name, framework) is { } lack)
                {
                    missing.Add(lack);
                }
            }
        }

        return missing.Count == 0
            ? LoadVerdict.Good(LoadStage.Dependencies, $"{seen.Count} references found")
            : LoadVerdict.Bad(
                LoadStage.Dependencies,
                string.Join("; ", missing),
                "Publish the plugin with its dependencies (EnableDynamicLoading) and install all of its files.");
    }

    private static string? Lack(AssemblyName reference, string from, FrameworkAssemblies framework)
    {
        if (framework.Path(reference.Name!) is not { } path)
        {
            return $"{reference.Name} {reference.Version}, which {from} refers to, is not in the plugin's folder";
        }

        var served = AssemblyImage.TryRead(path)?.Version;
        return served is not null && reference.Version > served
            ? $"{from} is built for {reference.Name} {reference.Version}, this .NET has {served}"
            : null;
    }

    private static bool IsContract(string name) =>
        string.Equals(name, PluginLoadContext.ContractName, StringComparison.OrdinalIgnoreCase);

    private static LoadVerdict Bad(string reason, string remedy) => LoadVerdict.Bad(LoadStage.Files, reason, remedy);
}
