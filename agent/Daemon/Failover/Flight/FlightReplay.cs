using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>Plays a record again: the same inputs must give the same effects.</summary>
internal static class FlightReplay
{
    /// <summary>What followed from each input, and where it is not what followed then.</summary>
    public static Outcome<IReadOnlyList<ReplayStep>> Run(IEnumerable<string> lines, string what)
    {
        var steps = new List<ReplayStep>();
        NodeSettings? settings = null;
        var state = NodeState.Fresh;
        var number = 0;
        foreach (var text in lines)
        {
            number++;
            FlightLine? line;
            try
            {
                line = JsonSerializer.Deserialize<FlightLine>(text, FlightJson.Options);
            }
            catch (JsonException problem)
            {
                return Broken(what, $"line {number}, field {problem.Path ?? "$"}: {problem.Message}");
            }

            if (line?.Head is { } head)
            {
                (settings, state) = (head.Settings(), head.State);
            }
            else if (line?.Input is { } input && settings is not null)
            {
                var decision = NodeMachine.Step(settings, state, input, line.Now);
                state = decision.Next;
                steps.Add(new ReplayStep(number, line.At, line.Now, input, decision.Effects, Text(decision.Effects) == Text(line.Effects)));
            }
            else
            {
                return Broken(what, $"line {number}: the record does not begin with what was known");
            }
        }

        return steps;
    }

    private static string Text(IReadOnlyList<NodeEffect> effects) => JsonSerializer.Serialize(effects, FlightJson.Options);

    private static Fault Broken(string what, string why) => new(
        FaultCode.Unparseable, $"cannot replay {what}", why, "Use a file from the folder 'flight' of an agent of this version.", Retry.AfterFix);
}
