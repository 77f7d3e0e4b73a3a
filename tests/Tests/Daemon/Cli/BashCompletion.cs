using System.Diagnostics;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Runs our completion in a real bash. The names come from the agent; only the way to it is a file here.</summary>
internal static class BashCompletion
{
    public static async Task<string> CompleteAsync(string typed, FakeAgent agent)
    {
        using var folder = new TempFolder();
        foreach (var kind in (string[])["units", "volumes", "nodes", "backends", "services"])
        {
            await File.WriteAllTextAsync(folder[kind], (await agent.RunAsync("complete", kind)).Output);
        }

        await File.WriteAllTextAsync(folder["snapshots"], (await agent.RunAsync("complete", "snapshots")).Output);
        await File.WriteAllTextAsync(folder["snapshots-of"], (await agent.RunAsync("complete", "snapshots", "db@")).Output);
        await File.WriteAllTextAsync(folder["script"], (await agent.RunAsync("completion", "bash")).Output);
        await File.WriteAllTextAsync(folder["try"], """
            set -u
            cd "$1"
            compopt() { :; }
            nodeagent() { case "$2:$3" in snapshots:*@*) cat snapshots-of ;; *) cat "$2" ;; esac; }
            . ./script
            COMP_LINE=$2 COMP_POINT=${#2}
            _nodeagent
            echo "${COMPREPLY[@]}"
            """);
        using var bash = Process.Start(new ProcessStartInfo("bash", [folder["try"], folder.Path, typed]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync();
        Assert.AreEqual("", await error);
        return (await output).TrimEnd('\n');
    }
}
