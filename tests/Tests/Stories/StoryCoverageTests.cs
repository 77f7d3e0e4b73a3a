using System.Collections.Concurrent;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Rehearsal;

namespace NodeAgent.Tests.Stories;

/// <summary>Everything that can be written into a rehearsal, and everything that can come of it, occurs in some story.</summary>
[TestClass]
public sealed class StoryCoverageTests
{
    private static readonly ConcurrentDictionary<string, bool> Seen = new(StringComparer.Ordinal);

    private static readonly string Texts = string.Join('\n', StoryFiles.Names.Select(name => File.ReadAllText(StoryFiles.Source(name))));

    [ClassInitialize]
    public static void Run(TestContext context) => Parallel.ForEach(StoryFiles.Names, name =>
        Rehearsing.Run(StoryFiles.Plan(name), (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            foreach (var effect in decision.Effects)
            {
                Seen[$"effect {effect.GetType().Name}"] = true;
            }

            if (input is NodeInput.Seen { View: { } view })
            {
                foreach (var service in view.Record.Services.Values)
                {
                    Seen[$"state {Standings.Of(view, service)}"] = true;
                    Seen[$"proof {service.Owner?.Proof.Kind}"] = true;
                }

                foreach (var member in view.Record.Members.Values)
                {
                    Seen[$"node {Standings.Of(view, member)}"] = true;
                }
            }

            return decision;
        }));

    [TestMethod]
    public void Every_step() => AssertAll(StepWords.All.Keys, word => Texts.Contains($"do: {word},", StringComparison.Ordinal) || Texts.Contains($"do: {word} }}", StringComparison.Ordinal));

    [TestMethod]
    public void Every_field() => AssertAll(
        RehearsalFields.Names.Except(["settings.device", "settings.length", "settings.seed"], StringComparer.Ordinal),
        field => Texts.Contains($"{field.Split('.')[^1]}: ", StringComparison.Ordinal));

    [TestMethod]
    public void Every_effect() => AssertAll(
        typeof(NodeEffect).GetNestedTypes().Select(type => type.Name), name => Seen.ContainsKey($"effect {name}"));

    [TestMethod]
    public void Every_state_of_a_service() => AssertAll(Enum.GetNames<ServicePhase>(), name => Seen.ContainsKey($"state {name}"));

    [TestMethod]
    public void Every_state_of_a_node() => AssertAll(Enum.GetNames<NodeStanding>().Except([nameof(NodeStanding.Joining)], StringComparer.Ordinal), name => Seen.ContainsKey($"node {name}"));

    [TestMethod]
    public void Every_proof() => AssertAll(Enum.GetNames<ProofKind>(), name => Seen.ContainsKey($"proof {name}"));

    private static void AssertAll(IEnumerable<string> wanted, Func<string, bool> occurs) =>
        Assert.AreEqual("", string.Join(", ", wanted.Where(name => !occurs(name))), "no story has these");
}
