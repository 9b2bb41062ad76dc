// Package detect finds out what an unknown printer is and what it obeys: [Ask]
// puts every question that prints nothing, [Answers.Candidates] names the
// profiles that fit, [Answers.Draft] writes a profile from the answers, and
// [Page] is the page on which a person sees what no answer tells.
package detect
