using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A newer version of a package: the same files under a higher version, as if the build had been run again.</summary>
public static class SecondVersion
{
    public static async Task<string> MakeAsync(string package, CancellationToken cancel)
    {
        var next = Path.Combine(Path.GetTempPath(), $"nodeagent-next-{Environment.ProcessId}.deb");
        var script = $$"""
            set -e
            work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
            dpkg-deb -R {{Shell.Quote(package)}} "$work/tree"
            old=$(sed -n 's/^Version: //p' "$work/tree/DEBIAN/control")
            sed -i "s/^Version: .*/Version: $old+lab1/" "$work/tree/DEBIAN/control"
            sed -i "s/\"$old\"/\"$old+lab1\"/g" "$work/tree/DEBIAN/preinst" "$work/tree/DEBIAN/postinst"
            dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/tree" {{Shell.Quote(next)}}
            """;
        (await Shell.RunAsync(["bash", "-c", script], TimeSpan.FromMinutes(3), cancel)).Expect();
        return next;
    }
}
