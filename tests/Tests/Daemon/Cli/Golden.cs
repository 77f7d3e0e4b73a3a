using System.Runtime.CompilerServices;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>
/// Compares what is shown with a file in the repository. To accept a change on purpose, run the tests with
/// NODEAGENT_ACCEPT_GOLDEN=1 and look at the diff.
/// </summary>
internal static class Golden
{
    public static string Root() => Architecture.Repository.Root;

    public static void Check(string name, string actual, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("NODEAGENT_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.AreEqual(File.ReadAllText(file), actual, $"{name} has changed; it is an interface. NODEAGENT_ACCEPT_GOLDEN=1 accepts it.");
    }
}
