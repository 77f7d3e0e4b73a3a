namespace NodeAgent.Tests; [TestClass] public sealed class Placeholder { [TestMethod] public void A() => Assert.AreEqual(4, "1234".Length); }
