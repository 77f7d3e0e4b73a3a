using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Moving;
using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Running;

/// <summary>Runs scenarios.</summary>
public static class Runner
{
    // Records are real files; memory is where they cost least.
    private static readonly string Place = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <summary>Runs a scenario to its end, or to the first broken promise.</summary>
    public static Verdict Run(Scenario scenario) => Run(root => new SimulatedWorld(scenario, root));

    /// <summary>Runs the world of a seed in which the writer moves about.</summary>
    public static Verdict RunMoving(long seed) => Run(root => new MovingWorld(MovingScenario.Make(seed), root));

    private static Verdict Run(Func<string, ISimulatedRun> make)
    {
        var root = Path.Combine(Place, $"nodeagent-sim-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(root);
        using var world = make(root);
        try
        {
            var running = world.RunAsync();
            if (!running.IsCompleted)
            {
                throw new InvalidOperationException("something in the world did not complete on its own stack: the run would not repeat");
            }

            running.GetAwaiter().GetResult();
            return new Verdict(null, "", world.Round, world.Trace, world.Points);
        }
        catch (ViolationException violation)
        {
            return new Verdict(violation.Promise, violation.Message, world.Round, world.Trace, world.Points);
        }
        catch (Exception bug)
        {
            // An exception out of the agent's code is a bug of it, or of the world.
            return new Verdict("never throws", bug.ToString(), world.Round, world.Trace, world.Points);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Runs so many seeds; the first broken promise, or null. One line, as mutation tests want it.</summary>
    public static string? FirstBroken(long firstSeed, int seeds)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var verdict = Run(ScenarioMaker.Make(seed));
            if (verdict.Broken is not null)
            {
                return $"seed {seed}, round {verdict.Round}: {verdict.What}";
            }

            verdict = RunMoving(seed);
            if (verdict.Broken is not null)
            {
                return $"moving seed {seed}, round {verdict.Round}: {verdict.What}";
            }
        }

        return null;
    }
}
